import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerAlways, refuse } from '../../../../shared/answer';
import { readCallback } from '../../../../shared/callback';
import { openSession, type Session } from '../../../../shared/session';
import { sameText } from '../../../../shared/signing';
import { isSettled } from '../../../../shared/task';
import { verify } from '../../../../shared/verify';
import { findSuspended, wake, type Suspended } from './wake';
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
	if (verified.task.state === 'failed') {
		const others = await lookAtOtherCallers(session, found, taskId);
		if (others === 'open') return { webhookResponse: { message: 'Others are still to call' } };
		if (others === 'unreadable') {
			return refuse(context, 503, 'The other tasks cannot be read now');
		}
	}
	return wake(context, found, session.clock);
}

/**
 * A task that fails in its first seconds need not wake the execution, as long as another one that is to call
 * still runs. They are few.
 */
async function lookAtOtherCallers(
	{ account, service }: Session,
	{ suspension: { items, callers }, taskOf }: Suspended,
	taskId: string,
): Promise<'open' | 'ended' | 'unreadable'> {
	const all = callers ?? items.flatMap((item) => item.taskId ?? []);
	const others = all.filter((caller) => caller !== taskId);
	const read = async (caller: string) =>
		await account.readNow(async () => await service.read(taskOf(caller)));
	const answers = await Promise.all(others.map(read));
	if (answers.some((answer) => answer.kind === 'task' && !isSettled(answer.task))) return 'open';
	return answers.every(({ kind }) => kind === 'task') ? 'ended' : 'unreadable';
}
