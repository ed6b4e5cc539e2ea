import { randomBytes } from 'crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import { cannotSuspendAsTool, cannotSuspendHere, type Problem } from '../../../../shared/errors';
import { isLocalUrl } from '../../../../shared/urls';
import { isTool } from '../../run';
import { RESUME_PATH, TOKEN_PARAMETER } from './webhook';

/**
 * n8n is busy with each callback for 0.1 to 0.2 s, and the first one already wakes the execution: of many
 * orders only the first ones ask for a callback.
 */
const MOST_CALLERS = 10;

/** Where the callbacks of a suspended execution go, and who is to send one. */
export interface ResumeTarget {
	url: string;
	token: string;
	/** Whether this item's task is to call; asked when it is ordered. */
	isCaller(itemIndex: number): boolean;
}

/** Settles, before anything is paid for, that this execution can be suspended and called. */
export function createResumeTarget(
	context: IExecuteFunctions,
	baseUrl: string,
): { kind: 'target'; target: ResumeTarget } | { kind: 'problem'; problem: Problem } {
	if (isTool(context)) return { kind: 'problem', problem: cannotSuspendAsTool() };
	const url = new URL(String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0)));
	if (isLocalUrl(url.href) && !isLocalUrl(baseUrl)) {
		return { kind: 'problem', problem: cannotSuspendHere(url.origin) };
	}
	const token = randomBytes(24).toString('base64url');
	url.pathname += `/${RESUME_PATH}`;
	url.searchParams.set(TOKEN_PARAMETER, token);
	const callers = new Set<number>();
	const isCaller = (itemIndex: number) => {
		if (callers.size < MOST_CALLERS) callers.add(itemIndex);
		return callers.has(itemIndex);
	};
	return { kind: 'target', target: { url: url.href, token, isCaller } };
}
