import { KLING_MODEL, SMALL_PLANS, USUAL_TIME_MS } from '../contract';
import type { Clock } from '../clock';
import { RequestBudget } from './request-budget';
import { Silence } from './silence';

/** Reads under way at once: enough for the documented rate, and bounds the sockets. */
const MAX_READING = 100;

/** Of the request budget, how much is kept from polling while submissions wait, at most. */
const SUBMISSION_SHARE = 0.5;

/** Reads that were not needed before may be made up for by this much at once, ms of their rate; less where each counts. */
const READ_BURST_MS = 6_000;
const SCARCE_READ_BURST_MS = 3_000;

const LARGEST_SMALL_PLAN = Math.max(...SMALL_PLANS.map((plan) => plan.requestsPerMinute));

/** Within this span most tasks end; looking less often than this gains nothing by looking early. */
const [SHORTEST_MS, LONGEST_MS] = USUAL_TIME_MS[KLING_MODEL][5];
const SPAN_OF_ENDS_MS = LONGEST_MS - SHORTEST_MS;

/**
 * How many requests a minute may go out, and when. In one of four states:
 *
 * - *free*: the documented rate.
 * - *suspicious*: the tasks at once are those of a small plan, so its rate may hold too. Beyond that rate
 *   requests go one at a time: the first that is taken ends the suspicion, the first 429 confirms it.
 * - *cut*: the rate that the service took when it sent a 429; raised again after a while.
 * - *silent*: see `Silence`.
 */
export class RequestPace {
	private readonly budget: RequestBudget;
	private readonly silence: Silence;
	private reading = 0;
	/** Of submissions: those that were promised room, and those that were sent. */
	private reserved = 0;
	private submitting = 0;
	/** Spaces the reads evenly over the minute. */
	private nextReadAt = 0;
	/** The rate of the plan that it may be. */
	private suspected = Infinity;
	/** Requests that what waits will take at least. */
	wanted = 0;

	constructor(clock: Clock) {
		this.silence = new Silence(clock);
		this.budget = new RequestBudget();
	}

	/** Whether one more request may go out. */
	hasRoom(now: number): boolean {
		if (this.isSilent(now) || !this.budget.hasRoom(now, this.underWay)) return false;
		const isDoubtful = this.budget.inLastMinute(now) + this.underWay >= this.suspected;
		// What is left fits into the next minute: not worth a 429.
		return !isDoubtful || (this.underWay === 0 && this.wanted > this.suspected);
	}

	/** Whether no request may go out, or none beside the one that feels the way. */
	isSilent(now: number): boolean {
		return !this.silence.allows(now, this.underWay);
	}

	private get underWay(): number {
		return this.reading + this.submitting + this.reserved;
	}

	reserve(): void {
		this.reserved++;
	}

	giveBack(): void {
		this.reserved--;
	}

	submitStarted(): void {
		this.reserved--;
		this.submitting++;
	}

	submitEnded(now: number): void {
		this.submitting--;
		this.budget.answered(now);
	}

	/** `gapMs` is from one read to the next; see `readGapMs`. */
	mayRead(now: number): boolean {
		return now >= this.nextReadAt && this.reading < MAX_READING && this.hasRoom(now);
	}

	readStarted(now: number, gapMs: number): void {
		this.reading++;
		const burstMs = this.isScarce ? SCARCE_READ_BURST_MS : READ_BURST_MS;
		const nextReadAt = Math.max(this.nextReadAt, now - burstMs) + gapMs;
		// Reads that have no turn, as for callbacks, may be many: they put the next turn off by one gap at most.
		this.nextReadAt = Math.min(nextReadAt, now + gapMs);
	}

	readEnded(now: number): void {
		this.reading--;
		this.budget.answered(now);
	}

	/** The service took the request, whatever it answered. */
	taken(now: number): { clearsSuspicion: boolean } {
		this.silence.succeeded();
		this.budget.taken(now);
		const clearsSuspicion = this.budget.acceptedInLastMinute(now) > this.suspected;
		if (clearsSuspicion) this.suspected = Infinity;
		return { clearsSuspicion };
	}

	/** A 429, for whatever reason. */
	refused(now: number): void {
		this.budget.refused(now);
	}

	/** A 429 that is about the rate, or about nothing that we know. Without `isRate` no rate is learned from it. */
	limited(sentAt: number, now: number, isRate: boolean, retryAfterMs?: number): void {
		if (this.isBeyondPlan(now)) this.budget.cutToPlan(this.suspected, now);
		else if (isRate) this.budget.cut(sentAt, now);
		this.silence.refused(sentAt, now, retryAfterMs);
	}

	/** It may be a plan of so many requests a minute. */
	suspect(perMinute: number): void {
		this.suspected = perMinute;
	}

	/** Whether more requests went out in the last minute than the plan allows that it may be. */
	isBeyondPlan(now: number): boolean {
		return this.budget.inLastMinute(now) > this.suspected;
	}

	get isScarce(): boolean {
		return this.budget.isCut || this.suspected < Infinity || this.silence.feelsTheWay;
	}

	/** Whether no small plan would have taken so many. */
	isPlentiful(now: number): boolean {
		return this.budget.inLastMinute(now) > LARGEST_SMALL_PLAN;
	}

	/** Between two reads, ms: what submissions that wait will need, so many a minute, is left to them. */
	readGapMs(submissionsPerMinute: number): number {
		const { perMinute } = this.budget;
		const kept = Math.min(perMinute * SUBMISSION_SHARE, submissionsPerMinute);
		return 60_000 / (perMinute - kept);
	}

	/** Whether so few reads are left for each task that its first one had better find it ended. */
	isShortOfReads(tasks: number, gapMs: number): boolean {
		return tasks * gapMs >= SPAN_OF_ENDS_MS;
	}
}
