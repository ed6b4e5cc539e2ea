import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Clock } from '../../../../shared/clock';
import { pendingJson } from '../../../../shared/task';
import type { Memory, SuspendedItem, Suspension } from '../../../memory';
import { hashOf } from '../../../tasks/ledger';
import { errorText, type ItemResult } from '../../result';
import { runIndexOf } from '../../run';
import type { ResumeTarget } from './resume-target';

/**
 * n8n sets its alarm for the end of a wait up to 70 s ahead, and never takes it back. An execution that a
 * callback woke in that time would be woken again, whatever it does by then. (n8n's WaitTracker)
 */
export const ALARM_AHEAD_MS = 75_000;

/**
 * Suspends the execution until a callback wakes it, which one can for `deadlineMs`; then `execute()` runs
 * again. The items show their tasks from now on: if the deadline passes, n8n hands them on just so, a little
 * later.
 *
 * @returns the items that n8n keeps.
 */
export async function suspend(
	context: IExecuteFunctions,
	memory: Memory,
	target: ResumeTarget,
	results: ItemResult[],
	deadlineMs: number,
	clock: Clock,
): Promise<INodeExecutionData[]> {
	const inputs = context.getInputData();
	const callbacksUntil = clock.date() + deadlineMs;
	const items = results.map((result, index): SuspendedItem => {
		const input = inputs[index]?.json ?? {};
		const shown = hashOf(shownJson(result));
		if (result.kind !== 'item') return { error: errorText(result), input, shown };
		return { taskId: result.taskId, input, shown };
	});
	memory.suspension = {
		executionId: context.getExecutionId(),
		runIndex: runIndexOf(context),
		token: target.token,
		callbacksUntil,
		items,
		callers: callersOf(results, target),
		woken: false,
	};
	inputs.forEach((item, index) => {
		const result = results[index];
		if (result === undefined) return;
		item.json = shownJson(result);
		item.pairedItem = { item: index };
	});
	await context.putExecutionToWait(new Date(callbacksUntil + ALARM_AHEAD_MS));
	return keptItems(context);
}

/** The tasks that will call. */
export function callersOf(results: ItemResult[], target: ResumeTarget): string[] {
	return results.flatMap(({ taskId }, index) =>
		taskId !== undefined && target.isCaller(index) ? [taskId] : [],
	);
}

/** What is known of an item whose callbacks are not waited for any more. */
export interface Followed {
	/** Why it has no task. */
	error?: string;
	/** Its task had ended when a callback woke the execution. */
	hasEnded?: boolean;
}

export function errorsOf(results: ItemResult[]): Followed[] {
	return results.map((result) => (result.kind === 'item' ? {} : { error: errorText(result) }));
}

export function followedOf({ items, ended = [] }: Suspension): Followed[] {
	return items.map(({ error, taskId }) => ({
		error,
		hasEnded: taskId !== undefined && ended.includes(taskId),
	}));
}

/** The suspension of this very run: that it is in, or was woken from. */
export function ownSuspension(
	context: IExecuteFunctions,
	{ suspension }: Memory,
): Suspension | undefined {
	const isOwn =
		suspension?.executionId === context.getExecutionId() &&
		suspension.runIndex === runIndexOf(context);
	return isOwn ? suspension : undefined;
}

/** A list of its own: n8n empties the one that it is given, if the node has an error output. */
export function keptItems(context: IExecuteFunctions): INodeExecutionData[] {
	return [...context.getInputData()];
}

/**
 * Gives items that still show their tasks their own data back, so that expressions find it: after the wake,
 * and when an execution that was stopped while it was suspended is retried.
 */
export function restoreInput(context: IExecuteFunctions, { suspension }: Memory): void {
	context.getInputData().forEach((item, index) => {
		const suspended = suspension?.items[index];
		if (suspended !== undefined && isShowing(item.json, suspended)) item.json = suspended.input;
	});
}

function isShowing(json: IDataObject, suspended: SuspendedItem): boolean {
	const { taskId, error, shown } = suspended;
	if (shown !== undefined) return hashOf(json) === shown;
	const former = taskId === undefined ? { error } : pendingJson(taskId);
	return JSON.stringify(json) === JSON.stringify(former);
}

/** What an item shows while its execution is suspended, and if the deadline passes. */
function shownJson(result: ItemResult): IDataObject {
	return result.kind === 'item' ? result.json : { error: errorText(result) };
}
