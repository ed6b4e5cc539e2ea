import { randomBytes } from 'crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../../../shared/clock';
import type { Problem } from '../../../shared/errors';
import { cannotSleepAsTool, cannotSleepHere } from '../../../shared/errors';
import { isLocalUrl } from '../../../shared/urls';
import { sleepingJson, TOKEN_PARAMETER, type Suspension } from '../../tasks/suspend';
import { errorText, type ItemResult, type OperationResult } from '../result';
import { isTool } from '../tool';
import { RESUME_PATH } from './resume.webhook';

/**
 * n8n sets its alarm for the end of a wait up to 70 s ahead, and never takes it back. An execution that a
 * callback woke in that time would be woken again, whatever it does by then. (n8n's WaitTracker)
 */
export const ALARM_AHEAD_MS = 75_000;

/** Where the callbacks of a sleeping execution go, and what they will find. */
export interface Bed {
	callbackUrl: string;
	suspension: Suspension;
}

/**
 * Settles, before anything is paid for, that this execution can sleep and be called. Retry On Fail comes
 * here again, and has to find the token that earlier submissions carry.
 */
export function makeBed(context: IExecuteFunctions, baseUrl: string): Bed | Problem {
	if (isTool(context)) return cannotSleepAsTool();
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	if (isLocalUrl(resumeUrl) && !isLocalUrl(baseUrl)) {
		return cannotSleepHere(new URL(resumeUrl).origin);
	}
	const memory = context.getContext('node') as { suspension?: Suspension };
	const executionId = context.getExecutionId();
	const runIndex = Number(context.evaluateExpression('{{ $runIndex }}', 0));
	const known = memory.suspension;
	const suspension =
		known?.executionId === executionId && known.runIndex === runIndex
			? known
			: { executionId, runIndex, token: randomBytes(24).toString('base64url'), items: [] };
	memory.suspension = suspension;
	const url = new URL(resumeUrl);
	url.pathname += `/${RESUME_PATH}`;
	url.searchParams.set(TOKEN_PARAMETER, suspension.token);
	return { callbackUrl: url.toString(), suspension };
}

/**
 * Whether an earlier execution submitted tasks of this run: their callbacks go to that one, so a retry
 * must not sleep and wait for them.
 */
export function wasSubmittedElsewhere(context: IExecuteFunctions): boolean {
	const { suspension } = context.getContext('node') as { suspension?: Suspension };
	return suspension !== undefined && suspension.executionId !== context.getExecutionId();
}

/**
 * Puts the execution to sleep until the callbacks wake it, which they can for `deadlineMs`. The items show
 * their tasks from now on: if the deadline passes, n8n hands them on just so, a little later.
 */
export async function fallAsleep(
	context: IExecuteFunctions,
	bed: Bed,
	results: ItemResult[],
	downloadFields: Array<string | undefined>,
	deadlineMs: number,
	clock: Clock,
): Promise<OperationResult> {
	const items = context.getInputData();
	const callbacksUntil = clock.now() + deadlineMs;
	bed.suspension.callbacksUntil = callbacksUntil;
	bed.suspension.items = results.map((result, index) => {
		const input = items[index]?.json ?? {};
		if (result.kind !== 'item') return { error: errorText(result), input };
		return { taskId: result.taskId, downloadField: downloadFields[index], input };
	});
	bed.suspension.items.forEach((sleeping, index) => {
		const item = items[index];
		if (item === undefined) return;
		item.json = sleepingJson(sleeping);
		item.pairedItem = { item: index };
	});
	await context.putExecutionToWait(new Date(callbacksUntil + ALARM_AHEAD_MS));
	return { asleep: items };
}
