import { MAX_REQUESTS_PER_MINUTE, SMALL_PLANS } from '../../shared/contract';
import type { Clock } from '../../shared/clock';
import { backoffMs } from './backoff';
import { RequestWindow } from './window';

/** Calls of one kind under way at once: enough for the documented rate, and bounds the sockets. */
const MAX_CALLS_AT_ONCE = 100;

/** The first submissions go out this many at once; each one accepted allows one more, so it doubles. */
const FIRST_STRIDE = 4;

/** Kept free of the documented rate, for whatever else uses the account. */
const OWN_BUDGET = Math.floor(MAX_REQUESTS_PER_MINUTE * 0.95);

/**
 * How much may go on at once, and how fast (promise 4). Plain bookkeeping without timers: the batch asks
 * before each call, and tells what came of it.
 *
 * The documented limits are only the starting point, because smaller plans have smaller ones and other
 * programs may share the account. A 429 to a submission means: keep no more tasks running than ran
 * just now, then feel the way up again, slowly first. A 429 to a read means: fewer requests a minute.
 */
export class Pace {
	private running = 0;
	private submitting = 0;
	private reading = 0;

	/** Tasks known to be allowed at once; `stride` more may be tried above it at a time. */
	private proven = 0;
	private stride = FIRST_STRIDE;
	private submitSetbacks = 0;
	private submitAfter = 0;
	private tryMoreAfter = 0;

	private readonly window: RequestWindow;
	private budget = OWN_BUDGET;
	private scarce = false;
	private nextReadAt = 0;
	private readSetbacks = 0;
	private readAfter = 0;
	private budgetRaisedAt = 0;

	/** Unix ms of the last time that any task was accepted or ended. */
	lastProgress: number;

	constructor(
		private readonly clock: Clock,
		private readonly maxTasks: number,
	) {
		this.lastProgress = clock.now();
		this.window = new RequestWindow();
	}

	maySubmit(): boolean {
		const now = this.clock.now();
		if (now < this.submitAfter || this.submitting >= MAX_CALLS_AT_ONCE) return false;
		const active = this.running + this.submitting;
		if (active >= this.maxTasks || !this.hasBudget(now)) return false;
		if (active < this.proven) return true;
		return now >= this.tryMoreAfter && active - Math.max(this.proven, this.running) < this.stride;
	}

	submitStarted(): void {
		this.submitting++;
		this.window.sent(this.clock.now());
	}

	/** The submission created a task. */
	accepted(): void {
		this.submitting--;
		this.adopted();
		const now = this.clock.now();
		this.lastProgress = now;
		if (this.running <= this.proven) return;
		if (this.submitSetbacks > 0 && now >= this.tryMoreAfter) {
			// After a limit, one more may only have taken the place of a task that ended unseen.
			this.submitSetbacks--;
			return;
		}
		this.proven = this.running;
		if (this.submitSetbacks === 0) this.stride = Math.min(MAX_CALLS_AT_ONCE, this.stride + 1);
	}

	/** A task counts as running that was submitted earlier. */
	adopted(): void {
		this.running++;
	}

	/** The submission was turned away by a limit. */
	submitLimited(retryAfterMs?: number): void {
		this.submitting--;
		const now = this.clock.now();
		this.window.refused(now);
		const wasTrying = this.running >= this.proven;
		this.proven = Math.min(this.proven, this.running);
		this.stride = 1;
		// The answers to one volley count once.
		if (now < Math.max(this.submitAfter, this.tryMoreAfter)) return;
		this.submitSetbacks++;
		const plan = SMALL_PLANS.some((p) => p.concurrentTasks === this.running);
		this.scarce = this.running > 0;
		const pause =
			retryAfterMs ?? backoffMs(plan ? 7 : this.submitSetbacks * 2 - 1, this.clock.random());
		this.tryMoreAfter = now + pause;
		// Trying one more than is known to be allowed costs nothing but that try: a place that falls free is still used.
		if (!wasTrying || retryAfterMs !== undefined) this.submitAfter = now + pause;
	}

	/** The submission created nothing, for now: the service is not available. */
	submitUnavailable(retryAfterMs: number | undefined, failures: number): void {
		this.submitting--;
		const pause = retryAfterMs ?? backoffMs(failures, this.clock.random());
		this.submitAfter = Math.max(this.submitAfter, this.clock.now() + pause);
	}

	/** The submission ended in any other way. */
	submitEnded(): void {
		this.submitting--;
	}

	taskEnded(): void {
		this.running--;
		this.lastProgress = this.clock.now();
	}

	/** A task is watched no longer, though it did not end. */
	taskDropped(): void {
		this.running--;
	}

	mayRead(): boolean {
		const now = this.clock.now();
		return now >= this.readAfter && now >= this.nextReadAt && this.reading < MAX_CALLS_AT_ONCE && this.hasBudget(now);
	}

	readStarted(): void {
		this.reading++;
		const now = this.clock.now();
		this.window.sent(now);
		const gap = this.readGapMs();
		this.nextReadAt = Math.max(this.nextReadAt, now - 3000) + gap;
	}

	readEnded(): void {
		this.reading--;
	}

	/** The read was turned away by the rate limit. */
	readLimited(retryAfterMs?: number): void {
		this.reading--;
		const now = this.clock.now();
		this.window.refused(now);
		if (now < this.readAfter) return;
		this.readAfter = now + (retryAfterMs ?? backoffMs(++this.readSetbacks, this.clock.random()));
		this.budget = Math.max(1, this.window.accepted(now));
		this.budgetRaisedAt = now;
	}

	private readGapMs(): number {
		const plan = this.scarce
			? (SMALL_PLANS.find((p) => this.proven <= p.concurrentTasks)?.requestsPerMinute ?? OWN_BUDGET)
			: OWN_BUDGET;
		const budget = Math.min(this.budget, plan);
		const forSubmissions = Math.min(0.5 * budget, (this.proven * 60_000) / 45_000);
		return 60_000 / (budget - forSubmissions);
	}

	/** `wishMs`, or longer where so many tasks would use up the request budget by being polled. */
	pollIntervalMs(wishMs: number): number {
		return wishMs;
	}

	/** Whether one more request fits into the minute. A budget that held for a minute is raised. */
	private hasBudget(now: number): boolean {
		if (this.budget < OWN_BUDGET && now - this.budgetRaisedAt >= 60_000) {
			this.budget = Math.min(OWN_BUDGET, Math.ceil(this.budget * 1.5));
			this.budgetRaisedAt = now;
			this.readSetbacks = 0;
		}
		return this.window.inLastMinute(now) < this.budget;
	}
}
