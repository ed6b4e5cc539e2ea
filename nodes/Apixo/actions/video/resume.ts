import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { readCallback, sameText } from '../../../shared/callback';
import { systemClock, type Clock } from '../../../shared/clock';
import { taskFailed } from '../../../shared/errors';
import { createService } from '../../../shared/service';
import type { EndedTask } from '../../../shared/task';
import { connect } from '../../../shared/transport';
import { createCoalescer } from '../../tasks/coalesce';
import { createDownloader } from '../../tasks/download';
import type { Outcome } from '../../tasks/job';
import {
	hasResult,
	searchEnd,
	TOKEN_PARAMETER,
	type EndSearch,
	type SleepingItem,
	type Suspension,
} from '../../tasks/suspend';
import { firstError } from '../node-error';
import { toItem, type ItemResult } from '../result';
import { storeOf, toResult } from './run-jobs';
import { failResumed } from './resume.failure';

/** The service waits 30 s for an answer, so one read may take this long. */
const READ_WITHIN_MS = 10_000;

/**
 * Executions of this process whose clips are being fetched. A further callback must not fetch them again.
 * A second process may: n8n itself lets only one of them wake the execution.
 */
const waking = new Set<string>();

/** In this process: n8n is busy with each callback for a while, so they pile up where many clips end together. */
const searchOnce = createCoalescer<EndSearch>(({ kind }) => kind === 'ended');

/**
 * Answers a callback for a sleeping execution, and wakes it once all its tasks have ended. Until then
 * nothing is changed, and nothing could be saved: every callback looks anew.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const callback = readCallback(this.getBodyData());
	if (callback === undefined) return refuse(this, 400, 'This is no callback of APIXO');
	const suspension = readSuspension(this);
	if (suspension === undefined || suspension.items.length === 0) {
		return refuse(this, 404, 'Nothing waits here');
	}
	const { [TOKEN_PARAMETER]: token } = this.getQueryData() as IDataObject;
	if (typeof token !== 'string' || !sameText(token, suspension.token)) {
		return refuse(this, 401, 'This callback was not asked for');
	}
	const taskIds = suspension.items.flatMap(({ taskId }) => taskId ?? []);
	if (!taskIds.includes(callback.taskId)) return refuse(this, 404, 'This task is not awaited here');

	const clock = systemClock();
	const connection = await connect(this, clock, READ_WITHIN_MS);
	if (!('http' in connection)) return refuse(this, 503, connection.message);
	const service = createService(connection.http, clock.now);
	const own = await service.read(callback.taskId);
	if (own.kind === 'refused' && own.status === 404) {
		return refuse(this, 404, 'APIXO knows no such task');
	}
	if (own.kind !== 'task') return refuse(this, 503, 'The task cannot be read now');
	if (!hasResult(own.task)) return refuse(this, 503, 'The task has not ended yet');

	const { task } = own;
	const search = await searchOnce(suspension.executionId, async () => {
		return await searchEnd(service, task, taskIds, clock.random);
	});
	if (search.kind === 'unreadable') return refuse(this, 503, 'The other tasks cannot be read now');
	if (search.kind === 'open') return { webhookResponse: { message: 'Others are still running' } };
	if (waking.has(suspension.executionId)) return { webhookResponse: { message: 'Waking already' } };
	return await wake(this, clock, suspension, search.tasks);
}

async function wake(
	context: IWebhookFunctions,
	clock: Clock,
	suspension: Suspension,
	tasks: Map<string, EndedTask>,
): Promise<IWebhookResponseData> {
	const node = context.getNode();
	const continues = ['continueRegularOutput', 'continueErrorOutput'].includes(node.onError ?? '');
	const endings = suspension.items.map((item) => endingOf(item, tasks));
	if (!continues && node.continueOnFail !== true) {
		const error = firstError(
			node,
			endings.map(({ result }) => result),
		);
		if (error !== undefined) return failResumed(context, error, suspension, tasks);
	}
	const wantsClips = endings.some(({ task }) => task !== undefined);
	if (!wantsClips) return { workflowData: [endings.map(({ result }, i) => toItem(result, i))] };

	// Clips may take longer than the service waits for its answer.
	context.getResponseObject().status(200).json({ message: 'Fetching the videos' });
	waking.add(suspension.executionId);
	try {
		const download = createDownloader(storeOf(context), clock);
		const results = await Promise.all(
			endings.map(async ({ result, task, field }) => {
				if (task === undefined || field === undefined) return result;
				return toResult({ kind: 'task', task, downloaded: await download(task, field) });
			}),
		);
		return { workflowData: [results.map(toItem)], noWebhookResponse: true };
	} finally {
		waking.delete(suspension.executionId);
	}
}

/** What one item comes to; with `task` and `field` if its clip is still to be fetched. */
function endingOf(item: SleepingItem, tasks: Map<string, EndedTask>) {
	const task = item.taskId === undefined ? undefined : tasks.get(item.taskId);
	if (task === undefined) {
		const problem = { message: item.error ?? 'This item was not submitted', description: '' };
		return { result: { kind: 'problem', problem } satisfies ItemResult };
	}
	if (task.state === 'failed') {
		const outcome: Outcome = { kind: 'problem', problem: taskFailed(task) };
		return { result: toResult(outcome) };
	}
	const result = toResult({ kind: 'task', task });
	return item.downloadField === undefined
		? { result }
		: { result, task, field: item.downloadField };
}

/** What `execute()` left in the node's context; a webhook can read it by an expression only. */
function readSuspension(context: IWebhookFunctions): Suspension | undefined {
	// Two closing braces in a row would end the expression.
	const name = JSON.stringify(context.getNode().name).replace(/\}/g, '\\u007d');
	const value: unknown = context.evaluateExpression(`{{ $(${name}).context.suspension }}`);
	return (value ?? undefined) as Suspension | undefined;
}

/** Answers and leaves the execution asleep. */
function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
