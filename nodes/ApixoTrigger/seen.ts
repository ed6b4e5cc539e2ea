import type { IWebhookFunctions } from 'n8n-workflow';

import { Claims, type Claim } from '../shared/claims';

/**
 * Which tasks a trigger has taken already. The service sends a callback again when our answer was late
 * or lost, after 30 s, 2 min and 10 min.
 *
 * Two memories, because neither is enough: n8n's static data survives a restart and is shared between
 * processes, but is only saved when an execution starts, and callbacks that arrive together overwrite
 * one another there. The process's own memory knows those.
 */
const claims = new Claims(20_000);

/** Static data is loaded and saved with every execution, so it has to stay small. */
const IN_STATIC_DATA = 200;

export interface StaticData {
	taken?: string[];
}

/** Claims a task for this caller. `scope` tells one trigger of one workflow from others. */
export function claim(scope: string, taskId: string, staticData: StaticData): Claim {
	if (staticData.taken?.includes(taskId)) return 'taken';
	return claims.claim(`${scope}:${taskId}`);
}

/** The claimed task is good: its execution starts now. */
export function confirm(
	scope: string,
	taskId: string,
	staticData: StaticData,
	context: IWebhookFunctions,
): void {
	claims.confirm(`${scope}:${taskId}`, context);
	staticData.taken = [...(staticData.taken ?? []), taskId].slice(-IN_STATIC_DATA);
}

/** The claimed task did not start an execution after all, so it may come again. */
export function release(scope: string, taskId: string): void {
	claims.release(`${scope}:${taskId}`);
}
