import type { FailedTask } from '../task';
import { hintOfFailCode } from './fail-codes';
import { fetchLater, type Problem } from './problem';

/** Nothing is documented about it. */
const IS_IT_BILLED =
	'APIXO does not say whether a failed video is billed: "Account → Get Balance" shows it.';

/** The task ended `failed`. The service's own words are always shown. */
export function taskFailed({ taskId, failCode, failMsg }: FailedTask): Problem {
	const words = [failMsg ?? 'no reason was given', failCode && `(${failCode})`];
	const hint =
		hintOfFailCode(failCode) ??
		hintOfFailCode(failMsg) ??
		'The text above is what the service says about it.';
	return {
		message: `APIXO could not make video ${taskId}: ${words.filter(Boolean).join(' ')}`,
		description: `${hint} ${IS_IT_BILLED}`,
	};
}

/** What was seen of a task that did not get ready in time. */
export interface LastSeen {
	/** The state of the last look that succeeded. */
	state?: string;
	/** Why the last look did not. */
	trouble?: string;
}

/** The time-out passed while the task was running, or could not be read. */
export function timedOut(
	taskId: string,
	timeoutMs: number,
	{ state, trouble }: LastSeen = {},
): Problem {
	const parts = [
		`Video ${taskId} was not ready within ${timeoutMs / 1000} s and goes on running`,
		state !== undefined && `; its last state was "${state}"`,
		trouble !== undefined && `; the last look at it failed: ${trouble}`,
	];
	return {
		message: parts.filter(Boolean).join(''),
		description: `${fetchLater(taskId)} Or raise "Timeout (Seconds)" under Options.`,
	};
}

/** Ended with success, but no read named a clip. `excerpt` is what stood in its place: the clip is paid for. */
export function noResult(taskId: string, excerpt = 'nothing'): Problem {
	return {
		message: `Video ${taskId} ended with success, but APIXO named no link to it. In its place came: ${excerpt}`,
		description: fetchLater(taskId),
	};
}
