import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { refuse } from '../../../shared/answer';
import { Claims } from '../../../shared/claims';
import type { Clock } from '../../../shared/clock';
import { taskFailed } from '../../../shared/errors';
import type { EndedTask } from '../../../shared/task';
import { createDownloader } from '../../tasks/download/download';
import type { Outcome } from '../../tasks/job';
import { storeOf } from '../../tasks/download/store';
import type { SleepingItem, Suspension } from '../../tasks/suspend';
import { firstError } from '../node-error';
import { toItem, toResult, type ItemResult } from '../result';
import { failResumed } from './resume.failure';

/**
 * The sleeps that this process has ended, by their tokens. n8n 1.x lets every callback wake an execution
 * that it found asleep; 2.x lets one, but also a late one, which would undo all that came after its sleep.
 */
const ended = new Claims(20_000);

/** Wakes the execution with all that its tasks came to: once, and not after its deadline. */
export async function wake(
	context: IWebhookFunctions,
	clock: Clock,
	suspension: Suspension,
	tasks: Map<string, EndedTask>,
): Promise<IWebhookResponseData> {
	if (isOver(suspension, clock)) return refuse(context, 409, 'The deadline has passed');
	if (ended.claim(suspension.token) !== 'new') {
		return { webhookResponse: { message: 'The execution goes on already' } };
	}
	// Whatever n8n answers in our place tells whether it could wake the execution.
	const response = context.getResponseObject();
	response.once('finish', () => {
		if (response.statusCode >= 400) ended.release(suspension.token);
	});

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
	response.status(200).json({ message: 'Fetching the videos' });
	const download = createDownloader(storeOf(context), clock);
	const results = await Promise.all(
		endings.map(async ({ result, task, field }) => {
			if (task === undefined || field === undefined) return result;
			return toResult({ kind: 'task', task, downloaded: await download(task, field) });
		}),
	);
	if (isOver(suspension, clock)) return { noWebhookResponse: true };
	return { workflowData: [results.map(toItem)], noWebhookResponse: true };
}

/** From then on n8n itself may wake the execution at any time, and it must not be woken twice. */
function isOver({ callbacksUntil = Infinity }: Suspension, clock: Clock): boolean {
	return clock.now() >= callbacksUntil;
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
