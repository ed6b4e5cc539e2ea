import { backoffMs } from '../../shared/backoff';
import type { Duration, GenerateRequest } from '../../shared/contract';
import {
	noTurn,
	orderedBefore,
	outcomeStillUnknownWithKey,
	refusedAfterUnclear,
	unprepared,
	unreachable,
	type Problem,
} from '../../shared/errors';
import type { Account } from '../../shared/limits/account';
import type { Participant } from '../../shared/limits/turns';
import type { Service } from '../../shared/service';
import type { TaskRef } from '../../shared/task';
import type { Job, Submission } from './job';
import type { Orders, Outgoing, Past } from './orders';
import { pollScheduleOf, type PollSchedule } from './poll-schedule';

/** A submission that surely created nothing, or that has a key, is tried this many times. */
const SUBMIT_ATTEMPTS = 5;

/** A submission that waits for its turn. */
interface Waiting extends Outgoing {
	job: Job;
	attempts: number;
	/** Of an order with a key: a repetition has to be the same to the letter. */
	request?: GenerateRequest;
}

/** The batch that the submissions are made for. */
export interface Submitter extends Participant {
	/** Nothing more is to be sent. */
	readonly isEnding: boolean;
	/** The task of a job exists. `duration` is of its clip, s. */
	accepted(job: Job, task: TaskRef, schedule: PollSchedule, duration: Duration): void;
	fail(job: Job, problem: Problem): void;
	/** Lets `work` run beside the turns. */
	start(work: Promise<void>): void;
}

interface SubmissionOptions {
	service: Service;
	account: Account;
	orders: Orders;
}

/**
 * The submissions of a batch, from waiting for their turn to the service's answer. None is sent before it is
 * on record, and none is repeated unless it surely created nothing, or has a key by which the service knows it
 * again (promise 1).
 */
export class Submissions {
	/** The next one first. */
	private readonly queue: Waiting[] = [];
	/** They are to be repeated, but not before this, ms on the clock. */
	private readonly paused = new Map<Waiting, number>();
	private readonly submitting = new Set<Job>();
	/** Orders with a key of which some try got no clear answer, and what to say if it stays so. */
	private readonly doubts = new Map<Job, Problem>();
	/** They have had their turn, and gather until they are put on record together; then they are sent. */
	private readonly gathered: Waiting[] = [];
	private isAnnouncing = false;
	/** Set while none reaches the service. */
	private outage?: { reason: string; tries: number };

	constructor(
		private readonly batch: Submitter,
		private readonly options: SubmissionOptions,
	) {}

	/** With a doubt, for an order with a key that may have been made by an earlier try. */
	add(job: Job, submission: Submission, doubt?: Problem): void {
		if (doubt !== undefined) this.doubts.set(job, doubt);
		this.queue.push({ job, itemIndex: job.itemIndex, submission, attempts: 0 });
	}

	/** How many wait for their turn. */
	get waiting(): number {
		return this.queue.length + this.ripe().length;
	}

	/** How many were sent, and are not answered yet. */
	get beingSent(): number {
		return this.submitting.size;
	}

	/** How many may have been made, for all that is known now. */
	get unclear(): number {
		return new Set([...this.submitting, ...this.doubts.keys()]).size;
	}

	/** How many have had their turn, and are not answered yet. */
	get underWay(): number {
		return this.gathered.length + this.submitting.size;
	}

	/** Sends the next `count`. */
	send(count: number): void {
		for (const waiting of this.ripe()) {
			this.paused.delete(waiting);
			// A service that stays silent must not keep the others from their first try.
			if (waiting.attempts === 1) this.queue.unshift(waiting);
			else this.queue.push(waiting);
		}
		this.gathered.push(...this.queue.splice(0, count));
		if (!this.isAnnouncing) this.batch.start(this.announceAll());
	}

	/** One volley after the other, each of all that have gathered until then. */
	private async announceAll(): Promise<void> {
		const { account, orders } = this.options;
		this.isAnnouncing = true;
		while (this.gathered.length > 0) {
			const volley = [...this.gathered];
			await this.announce(volley);
			this.gathered.splice(0, volley.length);
			// Elsewhere volleys grow by themselves, or others would take the places that are kept for these.
			if (account.isOurs && orders.restMs > 0) await account.clock.sleep(orders.restMs);
		}
		this.isAnnouncing = false;
	}

	/** Those whose pause is over. */
	private ripe(): Waiting[] {
		if (this.paused.size === 0) return [];
		const now = this.options.account.clock.now();
		return [...this.paused].flatMap(([waiting, until]) => (now >= until ? [waiting] : []));
	}

	/** Nobody waits any more: says of what is still in doubt that it is. */
	abandon(): void {
		for (const [job, doubt] of this.doubts) this.fail(job, doubt);
	}

	private fail(job: Job, problem: Problem): void {
		this.doubts.delete(job);
		this.batch.fail(job, problem);
	}

	/** Fails those that have waited long enough, where nothing went forward for so many ms. */
	giveUp(stuckFor: number): void {
		const all = [...this.queue, ...this.paused.keys()];
		for (const waiting of all.filter(({ job }) => stuckFor >= job.timeoutMs)) {
			if (!this.paused.delete(waiting)) this.queue.splice(this.queue.indexOf(waiting), 1);
			const problem = this.outage
				? unreachable(this.outage.reason, this.outage.tries)
				: noTurn(waiting.job.timeoutMs);
			this.fail(waiting.job, this.doubts.get(waiting.job) ?? problem);
		}
	}

	/** Sends the orders of a volley, once they are on record together. */
	private async announce(volley: Waiting[]): Promise<void> {
		const { account, orders } = this.options;
		if (this.batch.isEnding) return volley.forEach(() => account.giveBack());
		let past: Past;
		try {
			past = await orders.announce(volley);
		} catch (error) {
			// The room that was reserved is everybody's.
			volley.forEach(() => account.giveBack());
			return this.batch.fault(error);
		}
		for (const waiting of volley) {
			const { job } = waiting;
			if (past.again.has(waiting) && !this.doubts.has(job)) {
				this.doubts.set(job, outcomeStillUnknownWithKey());
			}
			if (past.made.has(waiting)) {
				account.giveBack();
				this.fail(job, orderedBefore());
			} else if (this.batch.isEnding) {
				account.giveBack();
				this.strikeOff(job);
			} else {
				this.batch.start(this.submit(waiting));
			}
		}
	}

	private async submit(waiting: Waiting): Promise<void> {
		const { job, submission } = waiting;
		const { service, account, orders } = this.options;
		let request: GenerateRequest;
		try {
			request = waiting.request ?? submission.request();
		} catch (error) {
			account.giveBack();
			return this.refuse(job, unprepared(error));
		}
		const { model, duration, idempotencyKey } = submission;
		if (idempotencyKey !== undefined) waiting.request = request;
		this.submitting.add(job);
		orders.sending(waiting, account.clock.date());
		const schedule = pollScheduleOf(job, () => account.usualTimes.of(model, duration));
		const answer = await account.submit(
			this.batch,
			waiting.attempts,
			schedule.usualMs(),
			async () =>
				await service.submit(request, model, idempotencyKey, async (look) => {
					return await account.read(look);
				}),
		);
		this.submitting.delete(job);
		if (answer.kind !== 'unavailable') this.outage = undefined;
		switch (answer.kind) {
			case 'accepted':
				this.doubts.delete(job);
				orders.accepted(job.itemIndex, answer.taskId);
				return this.batch.accepted(job, { taskId: answer.taskId, model }, schedule, duration);
			case 'limited':
				this.queue.unshift(waiting);
				return this.strikeOff(job);
			case 'unavailable':
				this.strikeOff(job);
				waiting.attempts++;
				this.outage = { reason: answer.reason, tries: (this.outage?.tries ?? 0) + 1 };
				if (waiting.attempts < SUBMIT_ATTEMPTS) this.queue.unshift(waiting);
				else this.fail(job, this.doubts.get(job) ?? unreachable(answer.reason, waiting.attempts));
				return;
			case 'refused':
				return this.refuse(job, answer.problem);
			case 'unknown':
				return this.repeat(waiting, answer.problem);
		}
	}

	/** Nobody knows whether it was made: with a key it may be sent again. */
	private repeat(waiting: Waiting, doubt: Problem): void {
		const { job, submission } = waiting;
		const isLast = ++waiting.attempts >= SUBMIT_ATTEMPTS || this.batch.isEnding;
		if (submission.idempotencyKey === undefined || isLast) return this.fail(job, doubt);
		const { clock } = this.options.account;
		this.doubts.set(job, doubt);
		this.paused.set(waiting, clock.now() + backoffMs(waiting.attempts, clock.random()));
	}

	/** Once an order may be there, nothing that a repetition is told says for sure that it is not. */
	private refuse(job: Job, problem: Problem): void {
		this.strikeOff(job);
		this.fail(job, this.doubts.has(job) ? refusedAfterUnclear(problem) : problem);
	}

	private strikeOff(job: Job): void {
		if (!this.doubts.has(job)) this.options.orders.strikeOff(job.itemIndex);
	}
}
