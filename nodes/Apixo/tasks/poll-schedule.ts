import { INITIAL_DELAY_MS, POLL_INTERVAL_MS } from '../../shared/contract';
import type { UsualTime } from '../../shared/limits/usual-time';
import type { PollOptions } from './job';

/** Before this no clip is ready, however fast the service is. ms */
const EARLIEST_LOOK_MS = 2 * POLL_INTERVAL_MS;

/** Looks at a clip that is usually ready sooner than documented. */
const FEWEST_LOOKS = 4;
const SHORTEST_GAP_MS = 500;

/** When to look at a task; ms from its submission, or from picking it up. */
export interface PollSchedule {
	initialDelayMs(): number;
	/** From a look, `sinceMs` after the submission, to the next one. */
	pauseMs(sinceMs: number): number;
	/** When such a task has usually ended. */
	usualMs(): number;
	/** From here on it may be looked at before its time. */
	earliestMs?: number;
}

/**
 * For a task that is submitted now: as the user set it, or else the best that is known for its clip.
 * `usualTime` is asked anew each time, because it is learned while the task runs.
 */
export function pollScheduleOf(
	{ initialDelayMs, pollIntervalMs }: PollOptions,
	usualTime: () => UsualTime,
): PollSchedule {
	const usualMs = () => usualTime().longest;
	if (initialDelayMs === undefined && pollIntervalMs === undefined) {
		return { ...spread(usualTime), usualMs, earliestMs: EARLIEST_LOOK_MS };
	}
	return {
		initialDelayMs: () => initialDelayMs ?? INITIAL_DELAY_MS,
		pauseMs: () => pollIntervalMs ?? POLL_INTERVAL_MS,
		usualMs,
	};
}

/** For a task that an earlier try submitted so many ms ago, by two clocks perhaps; NaN where nobody knows. */
export function pollScheduleAt(
	ageMs: number,
	options: PollOptions,
	usualTime: () => UsualTime,
): PollSchedule {
	if (!(ageMs >= 0)) return pollScheduleFromNow(options);
	const schedule = pollScheduleOf(options, usualTime);
	const left = (ms: number) => Math.max(0, ms - ageMs);
	return {
		initialDelayMs: () => left(schedule.initialDelayMs()),
		pauseMs: (sinceMs) => schedule.pauseMs(sinceMs + ageMs),
		usualMs: () => left(schedule.usualMs()),
	};
}

/** For a task that was submitted nobody knows when: it may have ended long ago. */
export function pollScheduleFromNow({ pollIntervalMs }: PollOptions): PollSchedule {
	return {
		initialDelayMs: () => 0,
		pauseMs: () => pollIntervalMs ?? POLL_INTERVAL_MS,
		usualMs: () => 0,
	};
}

/**
 * The documented schedule looks from 30 s on, before a clip can be ready. This one spreads as many looks evenly
 * over the time in which such clips usually end, and goes on as documented. However long a task takes, it is
 * never looked at more often than documented, and usually noticed sooner: over the usual times, a 5 s clip
 * 1.9 s after its end instead of 2.5, with 2.5 looks instead of 3; a 10 s clip after 1.1 s, with 4 instead of 6.
 */
function spread(usualTime: () => UsualTime): Pick<PollSchedule, 'initialDelayMs' | 'pauseMs'> {
	const gapMs = () => {
		const { shortest, longest } = usualTime();
		const documented = 1 + Math.floor((longest - INITIAL_DELAY_MS) / POLL_INTERVAL_MS);
		const looks = Math.max(FEWEST_LOOKS, documented);
		// Whole ms upwards, or else the last of them might come just before the end and need one more.
		return Math.max(SHORTEST_GAP_MS, Math.ceil((longest - shortest) / looks));
	};
	return {
		initialDelayMs: () => usualTime().shortest + gapMs(),
		pauseMs: (sinceMs) => (sinceMs < usualTime().longest ? gapMs() : POLL_INTERVAL_MS),
	};
}
