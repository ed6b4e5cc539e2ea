import { Stopped, type Clock } from '../../shared/clock';
import {
	canceled,
	crashed,
	outcomeStillUnknown,
	outcomeStillUnknownWithKey,
	type Problem,
} from '../../shared/errors';
import type { Duration } from '../../shared/contract';
import type { Account } from '../../shared/limits/account';
import type { DueLook } from '../../shared/limits/turns';
import type { Service } from '../../shared/service';
import type { Task, TaskRef } from '../../shared/task';
import { modelOf, type LedgerEntry } from '../memory';
import type { Job, Outcome, Submission } from './job';
import { hasSameKey } from './ledger';
import type { Orders } from './orders';
import { pollScheduleAt, pollScheduleFromNow, type PollSchedule } from './poll-schedule';
import { Submissions, type Submitter } from './submissions';
import { Watches, type Watcher } from './watches';

export interface BatchOptions {
	service: Service;
	/** Shared with all executions that use the same account. */
	account: Account;
	/** Of the execution: it knows when that is stopped. */
	clock: Clock;
	/** Puts on record what happens to each order. */
	orders: Orders;
	/** Of this batch; the account may allow fewer. */
	maxConcurrentTasks: number;
	/** The first problem ends the batch: nothing more is submitted, the other outcomes are `left`. */
	stopAtFirstProblem: boolean;
}

/**
 * Brings all jobs to their end, side by side, and gives their outcomes in the same order; or, when the
 * batch ended in the middle, by Stop or by a fault of ours, the problem that names its tasks.
 */
export async function runBatch(jobs: Job[], options: BatchOptions): Promise<Outcome[] | Problem> {
	return await new Batch(jobs, options).run();
}

/**
 * Its turns come from the account, which starts what may start now. Answers only change the books, so
 * between two turns nothing has to be locked or cancelled.
 */
class Batch implements Submitter, Watcher {
	private readonly outcomes = new Map<Job, Outcome>();
	private readonly submissions: Submissions;
	private readonly watches: Watches;
	/** Tasks that were submitted, are not watched, and still count as running. */
	private unwatched: string[] = [];
	/** Their tasks have ended, and are outcomes; only the clips are still to come. */
	private readonly downloading = new Set<Job>();
	private halted = false;
	/** Nobody waits any more; answers that still come in are only put on record. */
	private isLeft = false;
	private readonly since: number;
	/** Ends the waiting; with what went wrong, if the batch was cut short. */
	private end: (cause?: { error: unknown }) => void = () => {};

	constructor(
		private readonly jobs: Job[],
		private readonly options: BatchOptions,
	) {
		this.since = options.account.clock.now();
		this.submissions = new Submissions(this, options);
		this.watches = new Watches(this, options);
	}

	async run(): Promise<Outcome[] | Problem> {
		const { account, clock } = this.options;
		const ending = new Promise<{ error: unknown } | undefined>((resolve) => {
			this.end = resolve;
		});
		const stop = () => this.end({ error: new Stopped() });
		if (clock.stopSignal?.aborted) stop();
		clock.stopSignal?.addEventListener('abort', stop);
		for (const job of this.jobs) this.enter(job);
		this.endIfOver();
		account.join(this);
		try {
			const cause = await ending;
			if (cause !== undefined) return this.cutShort(cause.error);
			this.submissions.abandon();
			return this.jobs.map((job) => this.outcomes.get(job) ?? this.left(job));
		} finally {
			clock.stopSignal?.removeEventListener('abort', stop);
			account.leave(this);
			this.isLeft = true;
			this.watches.leave();
		}
	}

	/** Submissions under way are always waited for: their task ids must not get lost. */
	private isOver(): boolean {
		if (this.submissions.beingSent > 0) return false;
		if (this.halted) return true;
		return this.outcomes.size === this.jobs.length && this.downloading.size === 0;
	}

	private left(job: Job): Outcome {
		return { kind: 'left', taskId: this.watches.taskIdOf(job) };
	}

	private cutShort(error: unknown): Problem {
		const running = this.watches.taskIds;
		const finished = [...this.outcomes.values()].flatMap((outcome) => {
			// A task that was given up runs on as well.
			return (outcome.kind === 'task' ? outcome.task.taskId : outcome.taskId) ?? [];
		});
		if (error instanceof Stopped) return canceled(running, finished, this.submissions.unclear);
		return crashed(error, [...running, ...finished]);
	}

	private enter(job: Job): void {
		const { task, itemIndex } = job;
		if ('taskId' in task) return this.follow(job, task, pollScheduleFromNow(job), false);
		const known = this.options.orders.find({ itemIndex, submission: task });
		if (known?.taskId !== undefined) {
			const ordered = { taskId: known.taskId, model: modelOf(known) };
			const schedule = this.scheduleOfKnown(job, task, known);
			return this.follow(job, ordered, schedule, false, task.duration);
		}
		if (known !== undefined && hasSameKey(known, task)) {
			return this.submissions.add(job, task, outcomeStillUnknownWithKey());
		}
		if (known !== undefined && !task.resubmitAfterUnknownOutcome) {
			return this.fail(job, outcomeStillUnknown());
		}
		this.submissions.add(job, task);
	}

	wanted(): number {
		const { waiting } = this.submissions;
		return this.halted || waiting === 0 ? 0 : Math.min(waiting, this.places());
	}

	/** How many more its own limit allows now. A task that nobody watches counts until it has usually ended. */
	private places(): number {
		const { maxConcurrentTasks, account } = this.options;
		this.unwatched = this.unwatched.filter((taskId) => account.holds(taskId));
		const active = this.unwatched.length + this.watches.count + this.submissions.underWay;
		return Math.max(0, maxConcurrentTasks - active);
	}

	submit(count: number): void {
		this.submissions.send(count);
	}

	watching(): number {
		return this.watches.count;
	}

	dueLooks(now: number, sparingly: boolean): DueLook[] {
		return this.halted ? [] : this.watches.dueLooks(now, sparingly);
	}

	lookEarly(now: number): boolean {
		return this.watches.lookEarly(now);
	}

	/**
	 * An item that waits for its turn goes on waiting as long as others make progress, or may free a place. Where
	 * this batch's own limit keeps it waiting, the service is not to blame.
	 */
	tick(now: number): void {
		const stuckFor = this.options.account.stuckFor(this.since, now);
		if (stuckFor > 0 && this.places() > 0) this.submissions.giveUp(stuckFor);
		this.endIfOver();
	}

	fault(error: unknown): void {
		this.end({ error });
	}

	/** For a task that an earlier try has ordered. */
	private scheduleOfKnown(
		job: Job,
		{ model, duration }: Submission,
		{ orderedAt = NaN }: LedgerEntry,
	) {
		if (job.hasEnded) return pollScheduleFromNow(job);
		const { account, clock } = this.options;
		return pollScheduleAt(clock.date() - orderedAt, job, () =>
			account.usualTimes.of(model, duration),
		);
	}

	accepted(job: Job, task: TaskRef, schedule: PollSchedule, duration: Duration): void {
		this.follow(job, task, schedule, true, duration);
	}

	/** Watches the task, or is content with that it exists. */
	private follow(
		job: Job,
		task: TaskRef,
		schedule: PollSchedule,
		isNew: boolean,
		duration?: Duration,
	): void {
		if (job.until !== 'submitted') return this.watches.add(job, task, schedule, isNew, duration);
		this.unwatched.push(task.taskId);
		this.outcomes.set(job, { kind: 'submitted', taskId: task.taskId });
	}

	seen(job: Job, task: Task): void {
		this.outcomes.set(job, { kind: 'task', task });
		if (task.state !== 'success' || !task.ended || job.download === undefined) return;
		this.downloading.add(job);
		const fetched = job.download(task).then((downloaded) => {
			this.downloading.delete(job);
			this.outcomes.set(job, { kind: 'task', task, downloaded });
		});
		this.start(fetched);
	}

	fail(job: Job, problem: Problem, taskId?: string): void {
		this.outcomes.set(job, { kind: 'problem', problem, taskId });
		if (this.options.stopAtFirstProblem) this.halted = true;
	}

	/** Lets `work` run beside the turns; what it throws, which is a fault of ours, ends the batch. */
	start(work: Promise<void>): void {
		work.then(
			() => this.endIfOver(),
			(error: unknown) => this.fault(error),
		);
	}

	/** Nothing more is to be sent. */
	get isEnding(): boolean {
		return this.halted || this.isLeft;
	}

	private endIfOver(): void {
		if (this.isOver()) this.end();
	}
}
