import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerAlways, refuse } from '../../../../shared/answer';
import { readCallback } from '../../../../shared/callback';
import { openSession, type Session } from '../../../../shared/session';
import { sameText } from '../../../../shared/signing';
import { isSettled, type TaskRef } from '../../../../shared/task';
import { verify } from '../../../../shared/verify';
import { findSuspended, wake } from './wake';
import { TOKEN_PARAMETER } from './webhook';

/** The service waits 30 s for an answer, so one read may take this long. */
const READ_WITHIN_MS = 10_000;

/**
 * Answers a callback for a suspended execution: it only decides whether to wake it. What its tasks came to,
 * and their clips, are the affair of `execute()`, which then runs again.
 */
export async function receiveCallback(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await answerAlways(this, async () => await receive(this));
}

async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = readCallback(context.getBodyData());
	if (callback === undefined) return refuse(context, 400, 'This is no callback of APIXO');
	const found = findSuspended(context);
	if (found.kind === 'none') return refuse(context, found.status, found.text);
	const { suspension } = found;
	const { [TOKEN_PARAMETER]: token } = context.getQueryData() as IDataObject;
	if (typeof token !== 'string' || !sameText(token, suspension.token)) {
		return refuse(context, 401, 'This callback was not asked for');
	}
	const { taskId } = callback;
	if (!suspension.items.some((item) => item.taskId === taskId)) {
		return refuse(context, 404, 'This task is not awaited here');
	}
	const session = await openSession(context, { callDeadlineMs: READ_WITHIN_MS });
	if (session.kind === 'problem') return refuse(context, 503, session.problem.message);
	const verified = await verify(session, found.taskOf(taskId));
	if (verified.kind === 'refusal') return refuse(context, verified.status, verified.text);
	if (verified.task.state !== 'failed') return wake(context, found, [taskId], session.clock);
	const callers = suspension.callers ?? suspension.items.flatMap((item) => item.taskId ?? []);
	const others = callers.filter((caller) => caller !== taskId);
	const came = await lookAt(session, others.map(found.taskOf));
	if (came === 'open') return { webhookResponse: { message: 'Others are still to call' } };
	if (came === 'unreadable') return refuse(context, 503, 'The other tasks cannot be read now');
	return wake(context, found, [taskId, ...others], session.clock);
}

/**
 * A task that fails in its first seconds need not wake the execution, as long as another one that is to call
 * still runs. They are few.
 */
async function lookAt(
	{ account, service }: Session,
	others: TaskRef[],
): Promise<'open' | 'ended' | 'unreadable'> {
	const read = async (task: TaskRef) => await account.readNow(async () => await service.read(task));
	const answers = await Promise.all(others.map(read));
	if (answers.some((answer) => answer.kind === 'task' && !isSettled(answer.task))) return 'open';
	return answers.every(({ kind }) => kind === 'task') ? 'ended' : 'unreadable';
}
