import { createLimiter, type Limiter } from './limiter';
import type { Settings } from './options';

const MINUTE_MS = 60_000;

/** Whole micro-dollars, so that a thousand charges of 0.02 add up to 20. */
export const toUsd = (amount: number) => Math.round(amount * 1e6) / 1e6;

type RateSettings = Pick<Settings, 'requestsPerMinute' | 'limiter' | 'countsRefused' | 'timeScale'>;

/** One API key: its money, its place in the rate limit, its unfinished tasks. */
export class Account {
	running = 0;

	charges = 0;

	charged = 0;

	refunds = 0;

	refunded = 0;

	private readonly limiter: Limiter;

	constructor(
		readonly apiKey: string,
		public balance: number,
		{ requestsPerMinute, limiter, countsRefused, timeScale }: RateSettings,
	) {
		this.limiter = createLimiter({
			kind: limiter,
			limit: requestsPerMinute,
			minuteMs: MINUTE_MS / timeScale,
			countsRefused,
		});
	}

	/** 0 when the request may pass, else the ms to wait on the client's clock. */
	countRequest(): number {
		return this.limiter(performance.now());
	}

	charge(amount: number): void {
		this.balance = toUsd(this.balance - amount);
		this.charges++;
		this.charged = toUsd(this.charged + amount);
	}

	refund(amount: number): void {
		this.balance = toUsd(this.balance + amount);
		this.refunds++;
		this.refunded = toUsd(this.refunded + amount);
	}
}
