import {
	INITIAL_DELAY_MS,
	POLL_INTERVAL_MS,
	USUAL_TIME_MS,
	type Duration,
} from '../../shared/contract';
import type { PollOptions } from './job';

/** When to look at a task; ms from its submission, or from picking it up. */
export interface PollSchedule {
	initialDelayMs: number;
	/** From a look, `sinceMs` after the submission, to the next one. */
	pauseMs(sinceMs: number): number;
	/** When such a task has usually ended. */
	usualMs: number;
}

/** For a task that is submitted now: as the user set it, or else the best that is known for its clip. */
export function pollScheduleOf(
	{ initialDelayMs, pollIntervalMs }: PollOptions,
	duration: Duration,
): PollSchedule {
	if (initialDelayMs === undefined && pollIntervalMs === undefined) return spread(duration);
	return {
		initialDelayMs: initialDelayMs ?? INITIAL_DELAY_MS,
		pauseMs: () => pollIntervalMs ?? POLL_INTERVAL_MS,
		usualMs: USUAL_TIME_MS[duration][1],
	};
}

/** For a task that was submitted before: it may have ended long ago. */
export function pollScheduleFromNow({ pollIntervalMs }: PollOptions): PollSchedule {
	return { initialDelayMs: 0, pauseMs: () => pollIntervalMs ?? POLL_INTERVAL_MS, usualMs: 0 };
}

/**
 * The documented schedule looks from 30 s on, before a clip can be ready. This one spreads as many looks evenly
 * over the time in which such clips usually end, and goes on as documented. However long a task takes, it is
 * never looked at more often than documented, and usually noticed sooner: over the usual times, a 5 s clip
 * 1.9 s after its end instead of 2.5, with 2.5 looks instead of 3; a 10 s clip after 1.1 s, with 4 instead of 6.
 */
function spread(duration: Duration): PollSchedule {
	const [shortest, longest] = USUAL_TIME_MS[duration];
	const looks = 1 + Math.floor((longest - INITIAL_DELAY_MS) / POLL_INTERVAL_MS);
	// Whole ms upwards, or else the last of them might come just before the end and need one more.
	const gapMs = Math.ceil((longest - shortest) / looks);
	return {
		initialDelayMs: shortest + gapMs,
		pauseMs: (sinceMs) => (sinceMs < longest ? gapMs : POLL_INTERVAL_MS),
		usualMs: longest,
	};
}
