import type { Clock } from '../clock';
import { KLING_MODEL, USUAL_TIME_MS } from '../contract';
import type { Counted } from '../http';
import type { ReadAnswer, SubmitAnswer } from '../service';
import { Allowance } from './allowance';
import { Places } from './places';
import { RequestPace } from './request-pace';
import { pauseOf } from './silence';
import { Turns, type Participant, type Rules } from './turns';
import { UsualTimes } from './usual-time';

/** Between two looks before the time, while nobody knows how long clips take at present. */
const EARLY_LOOK_EVERY_MS = 60_000;

/** How long a callback waits for the end of a silence: the service wants its answer within 30 s. */
const CALLBACK_WAITS_MS = 5_000;
const SILENCE_CHECK_MS = 100;

/** What a reader is told when there is no room for the request now; it was not sent. */
const NO_ROOM: ReadAnswer = {
	kind: 'trouble',
	reason: 'the account has no room for another request now',
	limited: true,
};

/**
 * How much may go on at once, and how fast, for one account of the service (promise 4): the only way to its
 * two calls about tasks. All executions of a process share it, and so do the callbacks.
 *
 * The documented limits are only the starting point. A 429 to a submission means: keep no more tasks running
 * than ran just now. One to a read, or to a submission for which a place had just fallen free, means: fewer
 * requests a minute, and silence for everybody.
 */
export class Account {
	readonly usualTimes = new UsualTimes();
	private readonly places: Places;
	private readonly requests: RequestPace;
	private readonly allowance = new Allowance();
	private readonly turns: Turns;
	private readGapMs: number;
	private isWanted = false;
	/** Callbacks that wait for the end of a silence. */
	private callbacks = 0;
	private lookedEarlyAt = -Infinity;
	private watching = 0;
	/** When a task was accepted or ended, ms on the clock. */
	private lastProgress = -Infinity;
	private usedAt = -Infinity;

	constructor(readonly clock: Clock) {
		this.places = new Places(clock);
		this.requests = new RequestPace(clock);
		this.turns = new Turns(clock, this.rules());
		this.readGapMs = this.requests.readGapMs(0);
	}

	/** Has its turns from now on. The caller has to leave, however it ends. */
	join(participant: Participant): void {
		this.turns.join(participant);
	}

	leave(participant: Participant): void {
		this.turns.leave(participant);
		this.touch();
	}

	/** Somebody is about to use it. */
	touch(): void {
		this.usedAt = this.clock.now();
	}

	/** How long nobody has used it, ms. */
	unusedFor(now: number): number {
		return this.turns.isEmpty ? now - this.usedAt : 0;
	}

	/**
	 * Sends a submission that has its turn, and was tried `tries` times before. Its task is taken to run for
	 * `usualMs` if nobody watches it.
	 */
	async submit(
		participant: Participant,
		tries: number,
		usualMs: number,
		send: () => Promise<SubmitAnswer>,
	): Promise<SubmitAnswer> {
		const sentAt = this.clock.now();
		let answer: SubmitAnswer | undefined;
		this.requests.submitStarted();
		try {
			return (answer = await send());
		} finally {
			this.requests.submitEnded(this.clock.now());
			this.submitted(participant, tries, usualMs, sentAt, answer);
		}
	}

	/** Gives the room for a submission back that will not be sent. */
	giveBack(): void {
		this.places.giveBack();
		this.requests.giveBack();
	}

	/** Sends a look that has its turn, or that belongs to a submission that had it. */
	async read<Answer extends Counted>(send: () => Promise<Answer>): Promise<Answer> {
		const sentAt = this.clock.now();
		let answer: Counted | undefined;
		this.requests.readStarted(sentAt, this.readGapMs);
		try {
			return (answer = await send());
		} finally {
			const now = this.clock.now();
			this.requests.readEnded(now);
			this.usedAt = now;
			if (answer?.kind !== 'trouble') this.taken(now);
			else if (answer.limited) {
				this.requests.refused(now);
				this.requests.limited(sentAt, now, true, pauseOf(answer));
			}
		}
	}

	/**
	 * A look for a callback, which cannot wait long for its turn. Only silence keeps it back, and a short one is
	 * waited out: a callback tells of what is paid for, and comes again three times at most.
	 */
	async readNow(send: () => Promise<ReadAnswer>): Promise<ReadAnswer> {
		const latest = this.clock.now() + CALLBACK_WAITS_MS;
		try {
			this.callbacks++;
			while (this.requests.isSilent(this.clock.now())) {
				if (this.clock.now() >= latest) return NO_ROOM;
				await this.clock.sleep(SILENCE_CHECK_MS);
			}
		} finally {
			this.callbacks--;
		}
		return await this.read(send);
	}

	/** Whether a callback that nobody can tell from a forged one may cost a look. */
	mayReadForStranger(): boolean {
		return this.allowance.take(this.clock.now());
	}

	/** The task holds a place for as long as it is watched, and then until it has usually ended. */
	watch(taskId: string, usualEnd: number): void {
		this.places.watched(taskId, usualEnd);
	}

	/** The watch is over, though the task is not. */
	unwatch(taskId: string): void {
		this.places.unwatched(taskId);
	}

	/** A task ended, or was given up as never ending: its place is free. */
	ended(taskId: string): void {
		this.places.ended(taskId);
		this.lastProgress = this.clock.now();
	}

	/** Whether nobody else can take a place that falls free, in another process or program. */
	get isOurs(): boolean {
		return this.places.areAllOurs;
	}

	/** Whether the task still holds a place. */
	holds(taskId: string): boolean {
		return this.places.holds(taskId);
	}

	/** For how long nothing went forward, ms, for somebody who waits since `since`. 0 while a task may free its place. */
	stuckFor(since: number, now: number): number {
		const mayFree = this.watching > 0 || this.places.running > 0;
		return mayFree ? 0 : now - Math.max(since, this.lastProgress);
	}

	private submitted(
		participant: Participant,
		tries: number,
		usualMs: number,
		sentAt: number,
		answer: SubmitAnswer | undefined,
	): void {
		const now = this.clock.now();
		switch (answer?.kind) {
			case 'accepted':
				this.taken(now);
				this.lastProgress = now;
				return this.places.accepted(answer.taskId, now + usualMs, now);
			case 'limited':
				this.turns.turnedAway(participant);
				return this.limited(sentAt, now, pauseOf(answer));
			case 'unavailable':
				return this.places.unavailable(sentAt, now, tries + 1, pauseOf(answer));
			case 'refused':
				this.taken(now);
				return this.places.giveBack();
			default:
				return this.places.giveBack();
		}
	}

	private taken(now: number): void {
		if (this.requests.taken(now).clearsSuspicion) this.places.noPlan(now);
	}

	private limited(sentAt: number, now: number, retryAfterMs?: number): void {
		this.requests.refused(now);
		const refusal = this.places.limited(sentAt, now, this.requests.isBeyondPlan(now), retryAfterMs);
		if (refusal.kind === 'full' && refusal.plan) {
			this.requests.suspect(refusal.plan.requestsPerMinute);
		}
		if (refusal.kind === 'unexplained') {
			this.requests.limited(sentAt, now, refusal.hadPlace, retryAfterMs);
		}
	}

	private rules(): Rules {
		return {
			beginRound: (now, watching, wanted) => {
				if (this.places.expire(now)) this.lastProgress = now;
				this.watching = watching;
				this.isWanted = wanted > 0;
				this.requests.wanted = 2 * wanted + watching;
				const perMinute = this.isWanted
					? this.places.perMinute(USUAL_TIME_MS[KLING_MODEL][5][1])
					: 0;
				this.readGapMs = this.requests.readGapMs(perMinute);
			},
			mayRead: (now) => this.requests.mayRead(now),
			// The first request after a silence had better be a look at what is paid for.
			maySubmit: (now) =>
				this.callbacks === 0 && this.places.maySubmit(now) && this.requests.hasRoom(now),
			reserve: () => {
				this.places.reserve();
				this.requests.reserve();
			},
			isScarce: () => this.requests.isScarce,
			isShortOfReads: () => this.requests.isShortOfReads(this.watching, this.readGapMs),
			mayLookEarly: (now) => {
				if (!this.isWanted || !this.places.areAllTaken) return false;
				if (this.usualTimes.isLearned || !this.requests.isPlentiful(now)) return false;
				return now - this.lookedEarlyAt >= EARLY_LOOK_EVERY_MS;
			},
			lookedEarly: (now) => void (this.lookedEarlyAt = now),
		};
	}
}
