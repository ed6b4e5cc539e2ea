import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerAlways, refuse } from '../shared/answer';
import { readCallback } from '../shared/callback';
import { withoutKey } from '../shared/key';
import { openSession } from '../shared/session';
import { readSignature } from '../shared/signing';
import { isSettled, taskFromWire, taskToJson, type Task } from '../shared/task';
import { refusal, verify, type Verified } from '../shared/verify';
import { claim, confirm, release, type StaticData } from './seen';

/** The service waits 30 s for an answer; a read that takes longer than this is answered by 503. */
const READ_WITHIN_MS = 20_000;

/**
 * Answers one callback. It is a hint, never proof: what starts an execution is the task as the service
 * itself tells it. Nothing but a task that is wanted and new starts one.
 */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await answerAlways(this, async () => await decide(this));
}

async function decide(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = readCallback(context.getBodyData());
	if (callback === undefined) return refuse(context, 400, 'This is no callback of APIXO');
	const session = await openSession(context, { callDeadlineMs: READ_WITHIN_MS });
	if (session.kind === 'problem') return refuse(context, 503, session.problem.message);
	const signature = readSignature(context.getQueryData() as IDataObject, session.apiKey);
	if (signature.kind === 'forged') {
		return refuse(context, 401, 'The metadata was not signed by this account');
	}

	const { taskId, data } = callback;
	const options = (context.getNodeParameter('options', {}) ?? {}) as IDataObject;
	const look = async () => {
		if (options.verify === false) {
			return believe(taskFromWire(taskId, withoutKey(session.apiKey, data)));
		}
		// Anybody who learns the URL can send such ones, and each would cost a request of the account.
		if (signature.kind === 'unsigned' && !session.account.mayReadForStranger()) {
			return refusal(503, 'Too many callbacks without a signature at once');
		}
		return await verify(session, { taskId, model: signature.model });
	};
	// As an expression it may give one state alone, or anything.
	const states = [context.getNodeParameter('triggerOn', [])].flat();
	const wanted = async () => onlyWanted(await look(), states);
	const result =
		options.ignoreDuplicates === false ? await wanted() : await onlyOnce(context, taskId, wanted);
	if (result.kind === 'refusal') return refuse(context, result.status, result.text);
	const json = taskToJson(result.task);
	if (signature.kind === 'signed' && signature.metadata !== undefined) {
		json.metadata = signature.metadata as IDataObject;
	}
	return { workflowData: [[{ json }]] };
}

/** Gives what became of a task that no other callback has taken, and takes it if it is to start an execution. */
async function onlyOnce(
	context: IWebhookFunctions,
	taskId: string,
	look: () => Promise<Verified>,
): Promise<Verified> {
	const staticData: StaticData = context.getWorkflowStaticData('node');
	const scope = `${context.getWorkflow().id}:${context.getNode().id}`;
	const claimed = claim(scope, taskId, staticData);
	if (claimed === 'taken') return refusal(200, 'This task was taken already');
	if (claimed === 'being taken') return refusal(503, 'This task is being taken');
	let taken = false;
	try {
		const result = await look();
		taken = result.kind === 'ended';
		if (taken) confirm(scope, taskId, staticData, context);
		return result;
	} finally {
		if (!taken) release(scope, taskId);
	}
}

/** Without the option "Verify": the callback's own word. */
function believe(task: Task | undefined): Verified {
	if (task === undefined) return refusal(400, 'This is no callback of APIXO');
	if (!isSettled(task)) return refusal(503, 'The task has not ended yet');
	return { kind: 'ended', task };
}

function onlyWanted(result: Verified, states: unknown[]): Verified {
	if (result.kind === 'refusal' || states.includes(result.task.state)) return result;
	return refusal(200, 'Such tasks are left out here');
}
