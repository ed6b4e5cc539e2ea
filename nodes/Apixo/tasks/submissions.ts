import { noTurn, orderedBefore, unprepared, unreachable, type Problem } from '../../shared/errors';
import type { Duration, GenerateRequest } from '../../shared/contract';
import type { Account } from '../../shared/limits/account';
import type { Participant } from '../../shared/limits/turns';
import type { Service } from '../../shared/service';
import type { TaskRef } from '../../shared/task';
import type { Job, Submission } from './job';
import type { Orders, Outgoing } from './orders';
import { pollScheduleOf, type PollSchedule } from './poll-schedule';

/** A submission that surely created nothing is tried this many times. */
const SUBMIT_ATTEMPTS = 5;

/** A submission that waits for its turn. */
interface Waiting extends Outgoing {
	job: Job;
	attempts: number;
}

/** The batch that the submissions are made for. */
export interface Submitter extends Participant {
	/** Nothing more is to be sent. */
	readonly isEnding: boolean;
	/** The task of a job exists. `duration` is of its clip. */
	follow(job: Job, task: TaskRef, schedule: PollSchedule, duration: Duration): void;
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
 * on record, and none is repeated unless it surely created nothing (promise 1).
 */
export class Submissions {
	private readonly queue: Waiting[] = [];
	private readonly submitting = new Set<Job>();
	/** Those that are being put on record, and have not been sent. */
	private announcing = 0;
	/** Set while none reaches the service. */
	private outage?: { reason: string; tries: number };

	constructor(
		private readonly batch: Submitter,
		private readonly options: SubmissionOptions,
	) {}

	add(job: Job, submission: Submission): void {
		this.queue.push({ job, itemIndex: job.itemIndex, submission, attempts: 0 });
	}

	/** How many wait for their turn. */
	get waiting(): number {
		return this.queue.length;
	}

	/** How many were sent, and are not answered yet. */
	get beingSent(): number {
		return this.submitting.size;
	}

	/** How many have had their turn, and are not answered yet. */
	get underWay(): number {
		return this.announcing + this.submitting.size;
	}

	/** Sends the next `count`. */
	send(count: number): void {
		this.batch.start(this.announce(this.queue.splice(0, count)));
	}

	/** Fails those that have waited long enough, where nothing went forward for so many ms. */
	giveUp(stuckFor: number): void {
		const tired = this.queue.filter(({ job }) => stuckFor >= job.timeoutMs);
		for (const waiting of tired) {
			this.queue.splice(this.queue.indexOf(waiting), 1);
			const { outage } = this;
			const problem = outage
				? unreachable(outage.reason, outage.tries)
				: noTurn(waiting.job.timeoutMs);
			this.batch.fail(waiting.job, problem);
		}
	}

	/** Sends the orders of a volley, once they are on record together. */
	private async announce(volley: Waiting[]): Promise<void> {
		const { account, orders } = this.options;
		this.announcing += volley.length;
		let before: Set<Outgoing>;
		try {
			before = await orders.announce(volley);
		} catch (error) {
			// The room that was reserved is everybody's.
			volley.forEach(() => account.giveBack());
			return this.batch.fault(error);
		} finally {
			this.announcing -= volley.length;
		}
		for (const waiting of volley) {
			if (before.has(waiting)) {
				account.giveBack();
				this.batch.fail(waiting.job, orderedBefore());
			} else if (this.batch.isEnding) {
				account.giveBack();
				orders.strikeOff(waiting.itemIndex);
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
			request = submission.request();
		} catch (error) {
			account.giveBack();
			orders.strikeOff(job.itemIndex);
			return this.batch.fail(job, unprepared(error));
		}
		this.submitting.add(job);
		orders.sending(waiting);
		const { model } = submission;
		const { duration } = request.input;
		const schedule = pollScheduleOf(job, () => account.usualTimes.of(model, duration));
		const answer = await account.submit(
			this.batch,
			waiting.attempts,
			schedule.usualMs(),
			async () => await service.submit(request, model),
		);
		this.submitting.delete(job);
		if (answer.kind !== 'unavailable') this.outage = undefined;
		switch (answer.kind) {
			case 'accepted':
				orders.accepted(job.itemIndex, answer.taskId);
				return this.batch.follow(job, { taskId: answer.taskId, model }, schedule, duration);
			case 'limited':
				orders.strikeOff(job.itemIndex);
				this.queue.unshift(waiting);
				return;
			case 'unavailable':
				orders.strikeOff(job.itemIndex);
				waiting.attempts++;
				this.outage = { reason: answer.reason, tries: (this.outage?.tries ?? 0) + 1 };
				if (waiting.attempts < SUBMIT_ATTEMPTS) this.queue.unshift(waiting);
				else this.batch.fail(job, unreachable(answer.reason, waiting.attempts));
				return;
			case 'refused':
				orders.strikeOff(job.itemIndex);
				return this.batch.fail(job, answer.problem);
			case 'unknown':
				return this.batch.fail(job, answer.problem);
		}
	}
}
