import { randomBytes } from 'crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { Problem } from '../../../shared/errors';
import { cannotSleepAsTool, cannotSleepHere } from '../../../shared/errors';
import { isLocalUrl } from '../../../shared/urls';
import { sleepingJson, TOKEN_PARAMETER, type Suspension } from '../../tasks/suspend';
import { errorText, type ItemResult, type OperationResult } from '../result';

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
	if (context.getNode().type.endsWith('Tool')) return cannotSleepAsTool();
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
 * Puts the execution to sleep until `deadline` or until the callbacks wake it. The items show their tasks
 * from now on: if the deadline passes, n8n hands them on just so.
 */
export async function fallAsleep(
	context: IExecuteFunctions,
	bed: Bed,
	results: ItemResult[],
	downloadFields: Array<string | undefined>,
	deadline: Date,
): Promise<OperationResult> {
	const items = context.getInputData();
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
	await context.putExecutionToWait(deadline);
	return { asleep: items };
}
