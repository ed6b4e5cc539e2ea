import type { Clock } from '../clock';

/**
 * How long to be silent after 429s in a row, ms: a moment at first, then longer than the minute that a
 * limiter may look back. One that counts what it refuses would stay shut for as long as we go on asking.
 */
const PAUSES_MS = [1_000, 8_000, 65_000, 100_000, 150_000] as const;

/** Whoever asks for a longer pause is asked again after this: a mistake must not hold up everybody for a day. ms */
const LONGEST_PAUSE_MS = 600_000;

/**
 * The silence of a whole account. A 429 begins it, and each one that follows without a success in between
 * makes it longer. When it is over, a single request feels the way; its success ends the matter.
 */
export class Silence {
	private refusals = 0;
	private since = -Infinity;
	private until = -Infinity;

	constructor(private readonly clock: Clock) {}

	/** Whether a request may go, while so many others are under way. */
	allows(now: number, underWay: number): boolean {
		if (now < this.until) return false;
		return !this.feelsTheWay || underWay === 0;
	}

	/** After several 429s in a row, one request at a time. */
	get feelsTheWay(): boolean {
		return this.refusals >= 2;
	}

	/** A request that went out at `sentAt` was answered by a 429. */
	refused(sentAt: number, now: number, retryAfterMs?: number): void {
		// Those that were under way when the silence began tell nothing new.
		if (sentAt <= this.since) return;
		const pause = PAUSES_MS[Math.min(this.refusals, PAUSES_MS.length - 1)] ?? 0;
		this.refusals++;
		this.since = now;
		// Of several processes with one account, each is to come back at a time of its own.
		const jitter = this.clock.random() / 2;
		this.until = now + (retryAfterMs ?? pause * (pause < 60_000 ? 0.5 + jitter : 1 + jitter));
	}

	/** The service took a request. */
	succeeded(): void {
		this.refusals = 0;
	}
}

/** The pause that an answer asks for, as far as it is granted, ms. */
export function pauseOf({ retryAfterMs }: { retryAfterMs?: number }): number | undefined {
	return retryAfterMs === undefined ? undefined : Math.min(LONGEST_PAUSE_MS, retryAfterMs);
}
