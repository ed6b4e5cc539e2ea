import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { readCallback, readMetadata } from '../shared/callback';
import { systemClock } from '../shared/clock';
import { createService } from '../shared/service';
import { taskFromWire, taskToJson, type Task } from '../shared/task';
import { connect, withoutKey, type Connection } from '../shared/transport';
import { claim, confirm, release, type StaticData } from './seen';

/** The service waits 30 s for an answer; a read that takes longer than this is answered by 503. */
const READ_WITHIN_MS = 20_000;

/** What to do with a callback: start an execution with `task`, or only answer. */
type Verdict = { task: Task } | { status: number; text: string };

/**
 * Answers one callback. It is a hint, never proof: what starts an execution is the task as the service
 * itself tells it. Nothing but a task that is wanted and new starts one.
 */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = readCallback(this.getBodyData());
	if (callback === undefined) return refuse(this, 400, 'This is no callback of APIXO');

	const clock = systemClock();
	const connection = await connect(this, clock, READ_WITHIN_MS);
	if (!('http' in connection)) return refuse(this, 503, connection.message);
	const sealed = readMetadata(this.getQueryData() as IDataObject, connection.apiKey);
	if (sealed.kind === 'forged') {
		return refuse(this, 401, 'The metadata was not signed by this account');
	}

	const { taskId, data } = callback;
	const options = (this.getNodeParameter('options', {}) ?? {}) as IDataObject;
	// As an expression it may give one state alone, or anything.
	const states = [this.getNodeParameter('triggerOn', [])].flat();
	const ignoreDuplicates = options.ignoreDuplicates !== false;
	const staticData: StaticData = this.getWorkflowStaticData('node');
	const scope = `${this.getWorkflow().id}:${this.getNode().id}`;
	if (ignoreDuplicates) {
		const claimed = claim(scope, taskId, staticData);
		if (claimed === 'taken') return refuse(this, 200, 'This task was taken already');
		if (claimed === 'being taken') return refuse(this, 503, 'This task is being taken');
	}

	const verdict =
		options.verify === false
			? judge(taskFromWire(taskId, withoutKey(connection.apiKey, data)), states)
			: await verify(connection, clock.now, taskId, states);
	if (!('task' in verdict)) {
		if (ignoreDuplicates) release(scope, taskId);
		return refuse(this, verdict.status, verdict.text);
	}
	if (ignoreDuplicates) {
		confirm(scope, taskId, staticData);
		// Whatever n8n answers in our place tells whether it could start the execution.
		const response = this.getResponseObject();
		response.once('finish', () => {
			if (response.statusCode >= 400) release(scope, taskId);
		});
	}
	const json = taskToJson(verdict.task);
	if (sealed.kind === 'metadata') json.metadata = sealed.metadata as IDataObject;
	return { workflowData: [[{ json }]] };
}

async function verify(
	{ http }: Connection,
	now: () => number,
	taskId: string,
	states: unknown[],
): Promise<Verdict> {
	const answer = await createService(http, now).read(taskId);
	if (answer.kind === 'task') return judge(answer.task, states);
	if (answer.kind === 'refused' && answer.status === 404) {
		return { status: 404, text: 'APIXO knows no such task' };
	}
	return { status: 503, text: 'The task cannot be read now' };
}

function judge(task: Task | undefined, states: unknown[]): Verdict {
	if (task === undefined) return { status: 400, text: 'This is no callback of APIXO' };
	if (!task.ended) return { status: 503, text: 'The task has not ended yet' };
	if (!states.includes(task.state)) return { status: 200, text: 'Such tasks are left out here' };
	return { task };
}

/** Answers without starting an execution. */
function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
