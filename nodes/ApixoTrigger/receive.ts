import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerAlways, refuse } from '../shared/answer';
import { readCallback, readMetadata } from '../shared/callback';
import { systemClock } from '../shared/clock';
import { createService } from '../shared/service';
import { isSettled, taskFromWire, taskToJson, type Task } from '../shared/task';
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
	return await answerAlways(this, async () => await take(this));
}

async function take(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = readCallback(context.getBodyData());
	if (callback === undefined) return refuse(context, 400, 'This is no callback of APIXO');

	const clock = systemClock();
	const connection = await connect(context, clock, READ_WITHIN_MS);
	if (!('http' in connection)) return refuse(context, 503, connection.message);
	const sealed = readMetadata(context.getQueryData() as IDataObject, connection.apiKey);
	if (sealed.kind === 'forged') {
		return refuse(context, 401, 'The metadata was not signed by this account');
	}

	const { taskId, data } = callback;
	const options = (context.getNodeParameter('options', {}) ?? {}) as IDataObject;
	// As an expression it may give one state alone, or anything.
	const states = [context.getNodeParameter('triggerOn', [])].flat();
	const judged = async () =>
		options.verify === false
			? judge(taskFromWire(taskId, withoutKey(connection.apiKey, data)), states)
			: await verify(connection, clock.now, taskId, states);
	const verdict =
		options.ignoreDuplicates === false ? await judged() : await onlyOnce(context, taskId, judged);
	if (!('task' in verdict)) return refuse(context, verdict.status, verdict.text);
	const json = taskToJson(verdict.task);
	if (sealed.kind === 'metadata') json.metadata = sealed.metadata as IDataObject;
	return { workflowData: [[{ json }]] };
}

/** Gives the verdict on a task that no other callback has taken, and takes it if it is good. */
async function onlyOnce(
	context: IWebhookFunctions,
	taskId: string,
	judged: () => Promise<Verdict>,
): Promise<Verdict> {
	const staticData: StaticData = context.getWorkflowStaticData('node');
	const scope = `${context.getWorkflow().id}:${context.getNode().id}`;
	const claimed = claim(scope, taskId, staticData);
	if (claimed === 'taken') return { status: 200, text: 'This task was taken already' };
	if (claimed === 'being taken') return { status: 503, text: 'This task is being taken' };
	let taken = false;
	try {
		const verdict = await judged();
		taken = 'task' in verdict;
		if (taken) {
			confirm(scope, taskId, staticData);
			// Whatever n8n answers in our place tells whether it could start the execution.
			const response = context.getResponseObject();
			response.once('finish', () => {
				if (response.statusCode >= 400) release(scope, taskId);
			});
		}
		return verdict;
	} finally {
		if (!taken) release(scope, taskId);
	}
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
	if (!isSettled(task)) return { status: 503, text: 'The task has not ended yet' };
	if (!states.includes(task.state)) return { status: 200, text: 'Such tasks are left out here' };
	return { task };
}
