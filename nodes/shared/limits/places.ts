import { MAX_CONCURRENT_TASKS, SMALL_PLANS } from '../contract';
import { backoffMs } from '../backoff';
import type { Clock } from '../clock';

/** Submissions under way at once: enough for the documented rate, and bounds the sockets. */
const MAX_SUBMITTING = 100;

/** The first submissions go out this many at once; each one accepted allows one more, so it doubles. */
const FIRST_STRIDE = 4;

/** The pauses between tries for more, after a limit was met: once more soon, in case it was a passing thing. */
const TRY_PAUSES_MS = [1_000, 16_000, 60_000] as const;
const [SHORTEST_TRY_PAUSE_MS, , LONGEST_TRY_PAUSE_MS] = TRY_PAUSES_MS;

/** At the very number of a small plan it is probably that plan, and more are not to be had. */
const PLAN_TRY_PAUSE_MS = 240_000;

/** So many at once are no small plan, and one more try for each generation of them is hardly felt. */
const MANY = Math.max(...SMALL_PLANS.map((plan) => plan.concurrentTasks)) + 1;

type SmallPlan = (typeof SMALL_PLANS)[number];

/** What a 429 to a submission says. */
export type Refusal =
	/** It asked for more tasks at once than were proven: the others hold all places. */
	| { kind: 'full'; plan?: SmallPlan }
	/** A place was free, or nothing of ours runs at all: tasks at once are not the reason. */
	| { kind: 'unexplained'; hadPlace: boolean }
	/** It was under way when the last one was refused, and says nothing new. */
	| { kind: 'known' };

/** A task that holds a place. */
interface Held {
	/** When it has usually ended, ms on the clock: then its place counts as free, unless somebody watches it. */
	usualEnd: number;
	watchers: number;
}

/**
 * How many tasks run at once, and whether one more may be tried. In one of three states:
 *
 * - *growing*: no limit was met. Each volley of submissions is as large as the last one and what it proved.
 * - *full*: a limit was met. No more tasks than ran then, until a pause is over; then one more is tried. Of many
 *   tasks, all that ran then have to end, too, and it is *growing* again, one by one at first.
 * - *trying*: that one was accepted. The pause is halved, and when it is gone this is *growing* again.
 *
 * The documented limit is only the ceiling: smaller plans have less, and other programs may share the account.
 */
export class Places {
	private readonly tasks = new Map<string, Held>();
	/** Of them, those that nobody watches. */
	private readonly unwatchedTasks = new Set<string>();
	private submitting = 0;
	/** Known to be allowed at once. */
	private proven = 0;
	private stride = FIRST_STRIDE;
	/** What is left of the volley that is tried now, beyond the places that are proven. */
	private volley = 0;
	/** 0 while growing. */
	private tryPauseMs = 0;
	private tryMoreAfter = 0;
	/** No submission before this, though there be places. */
	private pausedUntil = 0;
	private refusedAt = -Infinity;
	/** Tasks that ended since then. */
	private endedSince = 0;
	private unavailableAt = -Infinity;

	constructor(private readonly clock: Clock) {}

	get running(): number {
		return this.tasks.size;
	}

	/** Whether there are no more for anybody, and all are ours. */
	get areAllOurs(): boolean {
		return this.running + this.submitting >= MAX_CONCURRENT_TASKS;
	}

	/** Whether more tasks would have to be tried for. */
	get areAllTaken(): boolean {
		const active = this.running + this.submitting;
		return this.areAllOurs || (this.tryPauseMs > 0 && active >= this.proven);
	}

	/** As many as may be needed in a minute, where a task takes so long. */
	perMinute(taskMs: number): number {
		return (this.proven * 60_000) / taskMs;
	}

	holds(taskId: string): boolean {
		return this.tasks.has(taskId);
	}

	maySubmit(now: number): boolean {
		if (now < this.pausedUntil || this.submitting >= MAX_SUBMITTING) return false;
		if (this.areAllOurs) return false;
		const active = this.running + this.submitting;
		if (active < this.proven) return true;
		// None is being tried.
		if (active === this.proven || this.submitting === 0) this.volley = this.stride;
		return now >= this.tryMoreAfter && this.volley > 0;
	}

	/** For a submission that will be sent, or given back. */
	reserve(): void {
		if (this.running + this.submitting >= this.proven) this.volley--;
		this.submitting++;
	}

	giveBack(): void {
		this.submitting--;
	}

	/** The submission created a task. */
	accepted(taskId: string, usualEnd: number, now: number): void {
		this.submitting--;
		this.tasks.set(taskId, { usualEnd, watchers: 0 });
		this.unwatchedTasks.add(taskId);
		if (this.running <= this.proven) return;
		if (this.tryPauseMs > 0 && now >= this.tryMoreAfter) {
			// It may only have taken the place of a task that ended unseen: no proof yet that more are allowed.
			const pause = this.tryPauseMs / 2;
			this.tryPauseMs = pause < SHORTEST_TRY_PAUSE_MS ? 0 : pause;
			this.tryMoreAfter = now + this.tryPauseMs;
			return;
		}
		this.proven = this.running;
		if (this.tryPauseMs === 0) this.stride = Math.min(MAX_SUBMITTING, this.stride + 1);
	}

	/** The submission was turned away by a limit; `isRate`: probably by the one on requests, if it had a place. */
	limited(sentAt: number, now: number, isRate: boolean, retryAfterMs?: number): Refusal {
		this.submitting--;
		const { running } = this;
		const hadPlace = running < this.proven;
		if (hadPlace && isRate) return { kind: 'unexplained', hadPlace };
		this.proven = Math.min(this.proven, running);
		this.stride = running === 0 ? FIRST_STRIDE : 1;
		// While nothing of ours runs, no end of a task will free a place: only trying finds one.
		if (running === 0) this.tryPauseMs = this.tryMoreAfter = 0;
		if (sentAt <= this.refusedAt) return { kind: 'known' };
		this.refusedAt = now;
		this.endedSince = 0;
		if (retryAfterMs !== undefined) this.pausedUntil = now + retryAfterMs;
		if (hadPlace || running === 0) return { kind: 'unexplained', hadPlace };
		const plan = SMALL_PLANS.find(({ concurrentTasks }) => concurrentTasks === running);
		this.tryPauseMs = this.nextTryPause(plan);
		const pause = this.tryPauseMs * (0.5 + this.clock.random() / 2);
		this.tryMoreAfter = now + (retryAfterMs ?? pause);
		return { kind: 'full', plan };
	}

	/** The submission created nothing, for now: the service is not available. It was tried so often. */
	unavailable(sentAt: number, now: number, tries: number, retryAfterMs?: number): void {
		this.submitting--;
		if (sentAt <= this.unavailableAt) return;
		this.unavailableAt = now;
		const pause = retryAfterMs ?? backoffMs(tries, this.clock.random());
		this.pausedUntil = Math.max(this.pausedUntil, now + pause);
	}

	/** Somebody watches the task, so its end will be known. Once for each watcher. */
	watched(taskId: string, usualEnd: number): void {
		const held = this.tasks.get(taskId);
		if (held !== undefined) held.watchers++;
		else this.tasks.set(taskId, { usualEnd, watchers: 1 });
		this.unwatchedTasks.delete(taskId);
	}

	/** A watcher gave up, or was stopped: the task may run on. */
	unwatched(taskId: string): void {
		const held = this.tasks.get(taskId);
		if (held !== undefined && --held.watchers === 0) this.unwatchedTasks.add(taskId);
	}

	ended(taskId: string): void {
		if (!this.tasks.delete(taskId)) return;
		this.unwatchedTasks.delete(taskId);
		this.endedSince++;
		// All that ran then have ended, and so have those of others: their places may be free.
		if (this.proven >= MANY && this.endedSince >= this.proven)
			this.tryPauseMs = this.tryMoreAfter = 0;
	}

	/** Frees the places of tasks that nobody watches and that have usually ended; tells whether there were any. */
	expire(now: number): boolean {
		let found = false;
		for (const taskId of this.unwatchedTasks) {
			if ((this.tasks.get(taskId)?.usualEnd ?? 0) > now) continue;
			this.tasks.delete(taskId);
			this.unwatchedTasks.delete(taskId);
			found = true;
		}
		return found;
	}

	/** It is not the plan that it seemed to be. */
	noPlan(now: number): void {
		this.tryMoreAfter = Math.min(this.tryMoreAfter, now + LONGEST_TRY_PAUSE_MS);
	}

	private nextTryPause(plan: SmallPlan | undefined): number {
		if (plan !== undefined) return PLAN_TRY_PAUSE_MS;
		return TRY_PAUSES_MS.find((pause) => pause > this.tryPauseMs) ?? LONGEST_TRY_PAUSE_MS;
	}
}
