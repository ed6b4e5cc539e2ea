const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * How long to pause after the `failures`-th failure in a row (1 is the first), ms: exponential, capped,
 * and with jitter, so that many clients that failed together do not come back together.
 * `random` is from 0 up to 1.
 */
export function backoffMs(failures: number, random: number): number {
	const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
	return longest * (0.5 + random / 2);
}
