import { MAX_REQUESTS_PER_MINUTE, SMALL_PLANS } from '../contract';
import { RequestWindow } from './request-window';

/** Kept free of the documented rate, for whatever else uses the account. */
const OWN_SHARE = Math.floor(MAX_REQUESTS_PER_MINUTE * 0.95);

/** Half of the smallest plan: what was turned away for another reason, or was another program's, must not starve us. */
const LEAST = Math.min(...SMALL_PLANS.map((plan) => plan.requestsPerMinute)) / 2;

/**
 * A budget that held for so long is raised: later after each cut, sooner after each raise. Not in the minute that
 * follows a cut: of several processes that share an account, the others have just learned their parts.
 */
const FIRST_RAISE_MS = 120_000;
const NEXT_RAISE_MS = 60_000;
const LATEST_RAISE_MS = 600_000;

/** How many requests a minute may go out: cut when the service turns one away, then raised again. Times are ms on the clock. */
export class RequestBudget {
	perMinute = OWN_SHARE;
	private readonly window = new RequestWindow();
	private setAt = -Infinity;
	private raiseAfterMs = 0;

	/** Whether one more request fits into the minute, beside those that are or will be under way. */
	hasRoom(now: number, underWay: number): boolean {
		if (this.isCut && now - this.setAt >= this.raiseAfterMs) this.raise(now);
		return this.window.inLastMinute(now) + underWay < this.perMinute;
	}

	get isCut(): boolean {
		return this.perMinute < OWN_SHARE;
	}

	/** Of the requests that were answered. */
	inLastMinute(now: number): number {
		return this.window.inLastMinute(now);
	}

	/** Of those, the ones that were not turned away. */
	acceptedInLastMinute(now: number): number {
		return this.window.accepted(now);
	}

	answered(now: number): void {
		this.window.answered(now);
	}

	/** One was not turned away: as many as were taken in the last minute are allowed. */
	taken(now: number): void {
		if (this.isCut) this.perMinute = Math.max(this.perMinute, this.window.accepted(now));
	}

	/** One of the requests was answered by a 429 just now. */
	refused(now: number): void {
		this.window.refused(now);
	}

	/** To what the service took in the last minute. A request that was under way at the last cut cuts no more. */
	cut(sentAt: number, now: number): void {
		if (sentAt <= this.setAt) return;
		this.cutTo(this.window.accepted(now), now);
		const raiseAfterMs = Math.max(FIRST_RAISE_MS, this.raiseAfterMs * 2);
		this.raiseAfterMs = Math.min(LATEST_RAISE_MS, raiseAfterMs);
	}

	/** To the rate of a plan that is as good as known, which is not doubted soon. */
	cutToPlan(perMinute: number, now: number): void {
		this.cutTo(perMinute, now);
		this.raiseAfterMs = LATEST_RAISE_MS;
	}

	private cutTo(perMinute: number, now: number): void {
		this.perMinute = Math.max(LEAST, perMinute);
		this.setAt = now;
	}

	private raise(now: number): void {
		this.perMinute = Math.min(OWN_SHARE, Math.ceil(this.perMinute * 1.5));
		this.setAt = now;
		this.raiseAfterMs = Math.max(NEXT_RAISE_MS, this.raiseAfterMs / 2);
	}
}
