const MINUTE_MS = 60_000;

/** Whole micro-dollars, so that a thousand charges of 0.02 add up to 20. */
export const toUsd = (amount: number) => Math.round(amount * 1e6) / 1e6;

/** The requests of the last minute, as a queue of times: each request costs the same however many. */
class RateWindow {
	private times: number[] = [];

	private head = 0;

	constructor(
		private readonly limit: number,
		private readonly windowMs: number,
	) {}

	/** Takes a place at `now`; when there is none, the ms until one gets free. A refusal takes no place. */
	take(now: number): number {
		while (this.head < this.times.length && this.at(this.head) <= now - this.windowMs) this.head++;
		if (this.head > this.limit) {
			this.times = this.times.slice(this.head);
			this.head = 0;
		}
		if (this.times.length - this.head >= this.limit) {
			return Math.max(1, this.at(this.head) + this.windowMs - now);
		}
		this.times.push(now);
		return 0;
	}

	private at(index: number): number {
		return this.times[index] ?? 0;
	}
}

/** One API key: its money, its place in the rate limit, its unfinished tasks. */
export class Account {
	running = 0;

	charges = 0;

	charged = 0;

	refunds = 0;

	refunded = 0;

	private readonly window: RateWindow;

	constructor(
		readonly apiKey: string,
		public balance: number,
		requestsPerMinute: number,
		timeScale: number,
	) {
		this.window = new RateWindow(requestsPerMinute, MINUTE_MS / timeScale);
	}

	/** 0 when the request may pass, else the ms to wait on the client's clock. */
	countRequest(): number {
		return this.window.take(performance.now());
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
