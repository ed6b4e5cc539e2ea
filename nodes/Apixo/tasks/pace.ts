import { SMALL_PLANS, USUAL_TIME_MS } from '../../shared/contract';
import type { Clock } from '../../shared/clock';
import { backoffMs } from './backoff';
import { RequestBudget } from './budget';

/** Calls of one kind under way at once: enough for the documented rate, and bounds the sockets. */
const MAX_CALLS_AT_ONCE = 100;

/** The first submissions go out this many at once; each one accepted allows one more, so it doubles. */
const FIRST_STRIDE = 4;

/** The pauses between tries for more, after a limit was met. */
const SHORTEST_TRY_PAUSE_MS = 1_000;
const LONGEST_TRY_PAUSE_MS = 60_000;
const LONGEST_IDLE_PAUSE_MS = 5_000;

/** Of the request budget, how much is kept from polling while submissions wait, at most. */
const SUBMISSION_SHARE = 0.5;

/** Reads that were not needed before may be made up for by this much at once, ms of their rate. */
const READ_BURST_MS = 3_000;

/** Within this span most tasks end; looking less often than this gains nothing by looking early. */
const SPAN_OF_ENDS_MS = USUAL_TIME_MS[5][1] - USUAL_TIME_MS[5][0];

/**
 * How much may go on at once, and how fast (promise 4). Plain bookkeeping without timers: the batch asks
 * before each call, and tells what came of it.
 *
 * The documented limits are only the starting point, because smaller plans have smaller ones and other
 * programs may share the account. A 429 to a submission means: keep no more tasks running than ran
 * just now, then feel the way up again, slowly first. A 429 to a read, or to a submission for which a
 * place had just fallen free, means: fewer requests a minute.
 */
export class Pace {
	private running = 0;
	private submitting = 0;
	private reading = 0;

	/** Tasks known to be allowed at once; more are tried in volleys of `stride`, each after the last one's answers. */
	private proven = 0;
	private stride = FIRST_STRIDE;
	private volley = 0;
	/** Between tries for more; 0 as long as no limit was met. */
	private tryPauseMs = 0;
	private tryMoreAfter = 0;
	private submitAfter = 0;

	private readonly budget = new RequestBudget();
	private readAfter = 0;
	/** Spaces the reads evenly over the minute. */
	private nextReadAt = 0;

	/** Unix ms of the last time that any task was accepted or ended. */
	lastProgress: number;

	/** Whether submissions wait for their turn. */
	moreToSubmit = false;

	constructor(
		private readonly clock: Clock,
		private readonly maxTasks: number,
	) {
		this.lastProgress = clock.now();
	}

	maySubmit(): boolean {
		const now = this.clock.now();
		if (now < this.submitAfter || this.submitting >= MAX_CALLS_AT_ONCE) return false;
		const active = this.running + this.submitting;
		if (active >= this.maxTasks || !this.budget.hasRoom(now)) return false;
		if (active < this.proven) return true;
		if (this.submitting === 0) this.volley = this.stride;
		return now >= this.tryMoreAfter && this.volley > 0;
	}

	submitStarted(): void {
		this.submitting++;
		this.volley--;
		this.budget.sent(this.clock.now());
	}

	/** The submission created a task. */
	accepted(): void {
		this.submitting--;
		this.adopted();
		const now = this.clock.now();
		this.lastProgress = now;
		if (this.running <= this.proven) return;
		if (this.tryPauseMs > 0 && now >= this.tryMoreAfter) {
			// It may only have taken the place of a task that ended unseen: no proof yet that more are allowed.
			const pause = this.tryPauseMs / 2;
			this.tryPauseMs = pause < SHORTEST_TRY_PAUSE_MS ? 0 : pause;
			this.tryMoreAfter = now + this.tryPauseMs;
			return;
		}
		this.proven = this.running;
		if (this.tryPauseMs === 0) this.stride = Math.min(MAX_CALLS_AT_ONCE, this.stride + 1);
	}

	/** A task counts as running that was submitted earlier. */
	adopted(): void {
		this.running++;
	}

	/** The submission was turned away by a limit. */
	submitLimited(retryAfterMs?: number): void {
		this.submitting--;
		const now = this.clock.now();
		this.budget.refused(now);
		const wasTrying = this.running >= this.proven;
		this.proven = Math.min(this.proven, this.running);
		// While nothing of ours runs, no end of a task will free a place: only trying finds one.
		this.stride = this.running === 0 ? FIRST_STRIDE : 1;
		// The answers to one volley count once.
		if (now < Math.max(this.submitAfter, this.tryMoreAfter)) return;
		if (retryAfterMs !== undefined) this.submitAfter = now + retryAfterMs;
		if (wasTrying) {
			this.tryLater(now, retryAfterMs);
		} else {
			this.budget.cut(now);
			this.submitAfter = now + (retryAfterMs ?? backoffMs(1, this.clock.random()));
		}
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

	/** A task ended, or was given up: either way its place is free. */
	taskEnded(): void {
		this.running--;
		this.lastProgress = this.clock.now();
	}

	mayRead(): boolean {
		const now = this.clock.now();
		if (now < this.readAfter || now < this.nextReadAt) return false;
		return this.reading < MAX_CALLS_AT_ONCE && this.budget.hasRoom(now);
	}

	readStarted(): void {
		const now = this.clock.now();
		this.reading++;
		this.budget.sent(now);
		this.nextReadAt = Math.max(this.nextReadAt, now - READ_BURST_MS) + this.readGapMs();
	}

	readEnded(): void {
		this.reading--;
	}

	/** The read was turned away by the rate limit. */
	readLimited(retryAfterMs?: number): void {
		this.reading--;
		const now = this.clock.now();
		this.budget.refused(now);
		if (now < this.readAfter) return;
		this.budget.cut(now);
		this.readAfter = now + (retryAfterMs ?? backoffMs(this.budget.cuts, this.clock.random()));
	}

	/** Whether so few reads are left for each task that its first one had better find it ended. */
	isShortOfReads(): boolean {
		return this.running * this.readGapMs() >= SPAN_OF_ENDS_MS;
	}

	/** No more tasks were allowed just now. */
	private tryLater(now: number, retryAfterMs?: number): void {
		const isSecondTime = this.tryPauseMs > 0;
		const plan = SMALL_PLANS.find(({ concurrentTasks }) => concurrentTasks === this.running);
		this.tryPauseMs = Math.max(SHORTEST_TRY_PAUSE_MS, this.tryPauseMs * 4);
		if (isSecondTime && plan !== undefined) {
			// Twice at the very number of a small plan: it is that plan, so its rate holds too.
			this.tryPauseMs = LONGEST_TRY_PAUSE_MS;
			this.budget.cutToPlan(plan.requestsPerMinute, now);
		}
		const longest = this.running === 0 ? LONGEST_IDLE_PAUSE_MS : LONGEST_TRY_PAUSE_MS;
		this.tryPauseMs = Math.min(longest, this.tryPauseMs);
		const pause = this.tryPauseMs * (0.5 + this.clock.random() / 2);
		this.tryMoreAfter = now + (retryAfterMs ?? pause);
	}

	/** Between two reads, ms: what submissions that wait will need is left to them. */
	private readGapMs(): number {
		const aMinute = (this.proven * 60_000) / USUAL_TIME_MS[5][1];
		const { perMinute } = this.budget;
		const kept = this.moreToSubmit ? Math.min(perMinute * SUBMISSION_SHARE, aMinute) : 0;
		return 60_000 / (perMinute - kept);
	}
}
