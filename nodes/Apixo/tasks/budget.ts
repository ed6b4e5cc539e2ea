import { MAX_REQUESTS_PER_MINUTE } from '../../shared/contract';
import { RequestWindow } from './window';

/** Kept free of the documented rate, for whatever else uses the account. */
const OWN_SHARE = Math.floor(MAX_REQUESTS_PER_MINUTE * 0.95);

/** A budget that held for so long is raised: later after each cut, sooner after each raise. */
const FIRST_RAISE_MS = 60_000;
const LATEST_RAISE_MS = 600_000;

/** How many requests a minute may go out: cut when the service turns one away, then raised again. Times are Unix ms. */
export class RequestBudget {
	perMinute = OWN_SHARE;
	/** How often it was cut since it was last raised. */
	cuts = 0;
	private readonly window = new RequestWindow();
	private setAt = 0;
	private raiseAfterMs = 0;

	/** Whether one more request fits into the minute. */
	hasRoom(now: number): boolean {
		if (this.perMinute < OWN_SHARE && now - this.setAt >= this.raiseAfterMs) this.raise(now);
		return this.window.inLastMinute(now) < this.perMinute;
	}

	sent(now: number): void {
		this.window.sent(now);
	}

	/** One of the requests was answered by a 429 just now. */
	refused(now: number): void {
		this.window.refused(now);
	}

	/** To what the service took in the last minute. */
	cut(now: number): void {
		this.cutTo(this.window.accepted(now), now);
	}

	/** To the rate of a plan that is as good as known, which is not doubted soon. */
	cutToPlan(perMinute: number, now: number): void {
		if (this.perMinute > perMinute) this.cutTo(perMinute, now);
		this.raiseAfterMs = LATEST_RAISE_MS;
	}

	private cutTo(perMinute: number, now: number): void {
		this.perMinute = Math.max(1, perMinute);
		this.setAt = now;
		this.cuts++;
		const raiseAfterMs = Math.max(FIRST_RAISE_MS, this.raiseAfterMs * 2);
		this.raiseAfterMs = Math.min(LATEST_RAISE_MS, raiseAfterMs);
	}

	private raise(now: number): void {
		this.perMinute = Math.min(OWN_SHARE, Math.ceil(this.perMinute * 1.5));
		this.setAt = now;
		this.cuts = 0;
		this.raiseAfterMs = Math.max(FIRST_RAISE_MS, this.raiseAfterMs / 2);
	}
}
