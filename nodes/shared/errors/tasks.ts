import type { FailedTask } from '../task';
import { FAIL_CODE_HINTS } from './fail-codes';
import { fetchLater, type Problem } from './problem';

/** The task ended `failed`. The service's own words are always shown. */
export function taskFailed({ taskId, failCode, failMsg }: FailedTask): Problem {
	const words = [failMsg ?? 'no reason was given', failCode && `(${failCode})`];
	const isKnown = failCode !== undefined && Object.hasOwn(FAIL_CODE_HINTS, failCode);
	return {
		message: `APIXO could not make the video of task ${taskId}: ${words.filter(Boolean).join(' ')}`,
		description:
			(isKnown && FAIL_CODE_HINTS[failCode]) || 'The text above is what the service says about it.',
	};
}

/** The time-out passed while the task was running, or could not be read: `trouble` tells why. */
export function timedOut(taskId: string, timeoutMs: number, trouble?: string): Problem {
	const because = trouble === undefined ? '' : `; the last look at it failed: ${trouble}`;
	return {
		message: `Task ${taskId} was not ready within ${timeoutMs / 1000} s and goes on running${because}`,
		description: `${fetchLater(taskId)} Or raise "Timeout (Seconds)" under Options.`,
	};
}

/** Ended with success, but no read named a clip. */
export function noResult(taskId: string): Problem {
	return {
		message: `Task ${taskId} ended with success, but APIXO named no video for it`,
		description: fetchLater(taskId),
	};
}
