import { Stopped, type Clock } from '../../shared/clock';
import {
	canceled,
	crashed,
	noTurn,
	orderedBefore,
	outcomeStillUnknown,
	unprepared,
	unreachable,
	type Problem,
} from '../../shared/errors';
import type { GenerateRequest } from '../../shared/contract';
import type { Service } from '../../shared/service';
import type { Job, Outcome } from './job';
import type { Orders, Outgoing } from './orders';
import { Pace } from './pace';
import { pollScheduleFromNow, pollScheduleOf, type PollSchedule } from './poll-schedule';
import { Watch, type Finding } from './watch';

/** A submission that surely created nothing is tried this many times. */
const SUBMIT_ATTEMPTS = 5;

/** How often the batch looks at the clock. */
const TICK_MS = 50;

export interface BatchOptions {
	service: Service;
	clock: Clock;
	/** Puts on record what happens to each order. */
	orders: Orders;
	maxConcurrentTasks: number;
	/** The first problem ends the batch: nothing more is submitted, the other outcomes are `left`. */
	stopAtFirstProblem: boolean;
}

/** A submission that waits for its turn. */
interface Waiting extends Outgoing {
	job: Job;
	attempts: number;
}

/**
 * Brings all jobs to their end, side by side, and gives their outcomes in the same order; or, when the
 * batch ended in the middle, by Stop or by a fault of ours, the problem that names its tasks.
 */
export async function runBatch(jobs: Job[], options: BatchOptions): Promise<Outcome[] | Problem> {
	return await new Batch(jobs, options).run();
}

/**
 * One loop drives everything: at each tick it starts what may start now. Answers only change the
 * books, so between two ticks nothing has to be locked or cancelled.
 */
class Batch {
	private readonly outcomes = new Map<Job, Outcome>();
	private readonly queue: Waiting[] = [];
	private readonly submitting = new Set<Job>();
	private readonly watches = new Map<Job, Watch>();
	/** Their tasks have ended, and are outcomes; only the clips are still to come. */
	private readonly downloading = new Set<Job>();
	private readonly pace: Pace;
	/** Set while no submission reaches the service. */
	private outage?: { reason: string; tries: number };
	private halted = false;
	/** Orders that are being put on record, and have not been sent. */
	private announcing = 0;
	/** Nobody waits any more; answers that still come in are only put on record. */
	private isLeft = false;
	private fault: unknown;
	/** When the places of tasks that nobody watches are taken to be free again, Unix ms. */
	private readonly leases: number[] = [];

	constructor(
		private readonly jobs: Job[],
		private readonly options: BatchOptions,
	) {
		this.pace = new Pace(options.clock, options.maxConcurrentTasks);
	}

	async run(): Promise<Outcome[] | Problem> {
		for (const job of this.jobs) this.enter(job);
		try {
			for (;;) {
				this.tick();
				if (this.isOver()) break;
				await this.options.clock.sleep(TICK_MS);
				if (this.fault !== undefined) return this.cutShort(this.fault);
			}
		} catch (error) {
			return this.cutShort(error);
		} finally {
			this.isLeft = true;
		}
		return this.jobs.map((job) => this.outcomes.get(job) ?? this.left(job));
	}

	/** Submissions under way are always waited for: their task ids must not get lost. */
	private isOver(): boolean {
		if (this.submitting.size > 0) return false;
		if (this.halted) return true;
		return this.outcomes.size === this.jobs.length && this.downloading.size === 0;
	}

	private left(job: Job): Outcome {
		return { kind: 'left', taskId: this.watches.get(job)?.taskId };
	}

	private cutShort(error: unknown): Problem {
		const running = [...this.watches.values()].map(({ taskId }) => taskId);
		const finished = [...this.outcomes.values()].flatMap((outcome) => {
			// A task that was given up runs on as well.
			return (outcome.kind === 'task' ? outcome.task.taskId : outcome.taskId) ?? [];
		});
		if (error instanceof Stopped) return canceled(running, finished, this.submitting.size);
		return crashed(error, [...running, ...finished]);
	}

	private enter(job: Job): void {
		const { task, itemIndex } = job;
		if ('taskId' in task) return this.pickUp(job, task.taskId);
		const known = this.options.orders.find({ itemIndex, submission: task });
		if (known?.taskId !== undefined) return this.pickUp(job, known.taskId);
		if (known !== undefined && !task.resubmitAfterUnknownOutcome) {
			return this.fail(job, outcomeStillUnknown());
		}
		this.queue.push({ job, itemIndex, submission: task, attempts: 0 });
	}

	private tick(): void {
		const now = this.options.clock.now();
		while ((this.leases[0] ?? Infinity) <= now) {
			this.leases.shift();
			this.pace.taskEnded();
		}
		const volley: Waiting[] = [];
		while (!this.halted && this.queue.length > 0 && this.pace.maySubmit()) {
			this.pace.submitStarted();
			volley.push(...this.queue.splice(0, 1));
		}
		if (volley.length > 0) this.start(this.announce(volley));
		this.pace.moreToSubmit = this.queue.length > 0;
		for (const watch of this.dueWatches(now)) {
			if (this.halted) return;
			if (this.pace.mayRead()) this.start(this.look(watch));
			else if (watch.isOverdue(now)) this.settle(watch, watch.giveUp());
		}
		this.giveUpWaiting(now);
	}

	/** Those that wait longest come first, so that none is passed over where reads are few. */
	private dueWatches(now: number): Watch[] {
		const sparingly = this.pace.isShortOfReads();
		const due = [...this.watches.values()].filter((watch) => watch.isDue(now, sparingly));
		return due.sort((one, other) => one.dueAt - other.dueAt);
	}

	/** An item that waits for its turn goes on waiting as long as others make progress, or may free a place. */
	private giveUpWaiting(now: number): void {
		if (this.watches.size > 0) return;
		const stillFor = now - this.pace.lastProgress;
		const tired = this.queue.filter(({ job }) => stillFor >= job.timeoutMs);
		for (const waiting of tired) {
			this.queue.splice(this.queue.indexOf(waiting), 1);
			const { outage } = this;
			const problem = outage
				? unreachable(outage.reason, outage.tries)
				: noTurn(waiting.job.timeoutMs);
			this.fail(waiting.job, problem);
		}
	}

	/** Sends the orders of a volley, once they are on record together. */
	private async announce(volley: Waiting[]): Promise<void> {
		this.announcing += volley.length;
		const before = await this.options.orders.announce(volley);
		this.announcing -= volley.length;
		for (const waiting of volley) {
			if (before.has(waiting)) {
				this.pace.submitEnded();
				this.fail(waiting.job, orderedBefore());
			} else if (this.halted || this.isLeft) {
				this.pace.submitEnded();
				this.options.orders.strikeOff(waiting.itemIndex);
			} else {
				this.start(this.submit(waiting));
			}
		}
	}

	private async submit(waiting: Waiting): Promise<void> {
		const { job, submission } = waiting;
		const { service, orders } = this.options;
		let request: GenerateRequest;
		try {
			request = submission.request();
		} catch (error) {
			this.pace.submitEnded();
			orders.strikeOff(job.itemIndex);
			return this.fail(job, unprepared(error));
		}
		this.submitting.add(job);
		orders.sending(waiting);
		const answer = await service.submit(request);
		this.submitting.delete(job);
		if (answer.kind !== 'unavailable') this.outage = undefined;
		switch (answer.kind) {
			case 'accepted':
				orders.accepted(job.itemIndex, answer.taskId);
				this.pace.accepted();
				return this.follow(job, answer.taskId, pollScheduleOf(job, request.input.duration));
			case 'limited':
				orders.strikeOff(job.itemIndex);
				this.pace.submitLimited(answer.retryAfterMs);
				this.queue.unshift(waiting);
				return;
			case 'unavailable':
				orders.strikeOff(job.itemIndex);
				waiting.attempts++;
				this.outage = { reason: answer.reason, tries: (this.outage?.tries ?? 0) + 1 };
				this.pace.submitUnavailable(answer.retryAfterMs, waiting.attempts);
				if (waiting.attempts < SUBMIT_ATTEMPTS) this.queue.unshift(waiting);
				else this.fail(job, unreachable(answer.reason, waiting.attempts));
				return;
			case 'refused':
				orders.strikeOff(job.itemIndex);
				this.pace.submitEnded();
				return this.fail(job, answer.problem);
			case 'unknown':
				this.pace.submitEnded();
				return this.fail(job, answer.problem);
		}
	}

	/** The task was submitted before this batch. */
	private pickUp(job: Job, taskId: string): void {
		this.pace.adopted();
		this.follow(job, taskId, pollScheduleFromNow(job));
	}

	/** The task exists: watch it, or be content with that. */
	private follow(job: Job, taskId: string, schedule: PollSchedule): void {
		const now = this.options.clock.now();
		if (job.until === 'submitted') {
			this.leases.push(now + schedule.usualMs);
			this.outcomes.set(job, { kind: 'submitted', taskId });
			return;
		}
		this.watches.set(job, new Watch(job, taskId, now, schedule));
	}

	private async look(watch: Watch): Promise<void> {
		watch.busy = true;
		this.pace.readStarted();
		const answer = await this.options.service.read(watch.taskId);
		watch.busy = false;
		if (answer.kind === 'trouble' && answer.limited) this.pace.readLimited(answer.retryAfterMs);
		else this.pace.readEnded();
		this.settle(watch, watch.seen(answer, this.options.clock));
	}

	private settle(watch: Watch, finding: Finding): void {
		if (finding.kind === 'again') return;
		const { job, taskId } = watch;
		if (finding.kind === 'failed') this.options.orders.strikeOff(job.itemIndex);
		this.watches.delete(job);
		this.pace.taskEnded();
		if (finding.kind !== 'task') {
			return this.fail(job, finding.problem, finding.kind === 'failed' ? undefined : taskId);
		}
		const { task } = finding;
		this.outcomes.set(job, { kind: 'task', task });
		if (job.download === undefined || task.state !== 'success' || !task.ended) return;
		this.downloading.add(job);
		const fetched = job.download(task).then((downloaded) => {
			this.downloading.delete(job);
			this.outcomes.set(job, { kind: 'task', task, downloaded });
		});
		this.start(fetched);
	}

	private fail(job: Job, problem: Problem, taskId?: string): void {
		this.outcomes.set(job, { kind: 'problem', problem, taskId });
		if (this.options.stopAtFirstProblem) this.halted = true;
	}

	/** Lets `work` run beside the loop; what it throws, which is a fault of ours, ends the batch. */
	private start(work: Promise<void>): void {
		work.catch((error: unknown) => {
			this.fault ??= error;
		});
	}
}
