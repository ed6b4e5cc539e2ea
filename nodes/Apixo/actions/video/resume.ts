import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerAlways, refuse } from '../../../shared/answer';
import { readCallback, sameText } from '../../../shared/callback';
import { systemClock } from '../../../shared/clock';
import { createService } from '../../../shared/service';
import { isSettled } from '../../../shared/task';
import { connect } from '../../../shared/transport';
import { createCoalescer } from '../../tasks/coalesce';
import { searchEnd, TOKEN_PARAMETER, type EndSearch, type Suspension } from '../../tasks/suspend';
import { wake } from './resume.wake';

/** The service waits 30 s for an answer, so one read may take this long. */
const READ_WITHIN_MS = 10_000;

/** In this process: n8n is busy with each callback for a while, so they pile up where many clips end together. */
const searchOnce = createCoalescer<EndSearch>(({ kind }) => kind === 'ended');

/**
 * Answers a callback for a sleeping execution, and wakes it once all its tasks have ended. Until then
 * nothing is changed, and nothing could be saved: every callback looks anew.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await answerAlways(this, async () => await take(this));
}

async function take(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = readCallback(context.getBodyData());
	if (callback === undefined) return refuse(context, 400, 'This is no callback of APIXO');
	const suspension = readSuspension(context);
	if (suspension === undefined || suspension.items.length === 0) {
		return refuse(context, 404, 'Nothing waits here');
	}
	const { [TOKEN_PARAMETER]: token } = context.getQueryData() as IDataObject;
	if (typeof token !== 'string' || !sameText(token, suspension.token)) {
		return refuse(context, 401, 'This callback was not asked for');
	}
	const taskIds = suspension.items.flatMap(({ taskId }) => taskId ?? []);
	if (!taskIds.includes(callback.taskId))
		return refuse(context, 404, 'This task is not awaited here');

	const clock = systemClock();
	const connection = await connect(context, clock, READ_WITHIN_MS);
	if (!('http' in connection)) return refuse(context, 503, connection.message);
	const service = createService(connection.http, clock.now);
	const own = await service.read(callback.taskId);
	if (own.kind === 'refused' && own.status === 404) {
		return refuse(context, 404, 'APIXO knows no such task');
	}
	if (own.kind !== 'task') return refuse(context, 503, 'The task cannot be read now');
	if (!isSettled(own.task)) return refuse(context, 503, 'The task has not ended yet');

	const { task } = own;
	const search = await searchOnce(suspension.token, async () => {
		return await searchEnd(service, task, taskIds, clock.random);
	});
	if (search.kind === 'unreadable')
		return refuse(context, 503, 'The other tasks cannot be read now');
	if (search.kind === 'open') return { webhookResponse: { message: 'Others are still running' } };
	return await wake(context, clock, suspension, search.tasks);
}

/** What `execute()` left in the node's context; a webhook can read it by an expression only. */
function readSuspension(context: IWebhookFunctions): Suspension | undefined {
	// Two closing braces in a row would end the expression.
	const name = JSON.stringify(context.getNode().name).replace(/\}/g, '\\u007d');
	const value: unknown = context.evaluateExpression(`{{ $(${name}).context.suspension }}`);
	return (value ?? undefined) as Suspension | undefined;
}
