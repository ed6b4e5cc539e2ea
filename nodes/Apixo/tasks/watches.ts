import type { Duration } from '../../shared/contract';
import type { Problem } from '../../shared/errors';
import type { Account } from '../../shared/limits/account';
import type { DueLook } from '../../shared/limits/turns';
import type { Service } from '../../shared/service';
import type { Task, TaskRef } from '../../shared/task';
import type { Job } from './job';
import type { Orders } from './orders';
import type { PollSchedule } from './poll-schedule';
import { Watch, type Finding } from './watch';

/** The batch that tasks are watched for. */
export interface Watcher {
	/** What was waited for. */
	seen(job: Job, task: Task): void;
	/** With a task id if the task may still end well. */
	fail(job: Job, problem: Problem, taskId?: string): void;
	/** Lets `work` run beside the turns. */
	start(work: Promise<void>): void;
}

interface WatchOptions {
	service: Service;
	account: Account;
	orders: Orders;
}

/** The tasks of a batch that are watched, each until it has ended or is given up. */
export class Watches {
	private readonly running = new Map<Job, Watch>();
	/** What is known of usual times has changed so often since the first looks were planned. */
	private plannedAt = 0;
	private isLeft = false;

	constructor(
		private readonly batch: Watcher,
		private readonly options: WatchOptions,
	) {}

	get count(): number {
		return this.running.size;
	}

	get taskIds(): string[] {
		return [...this.running.values()].map(({ taskId }) => taskId);
	}

	taskIdOf(job: Job): string | undefined {
		return this.running.get(job)?.taskId;
	}

	/**
	 * `duration` is of the task's clip, s, where that is known. One that is not `isNew` may have ended long ago: it
	 * holds no place until it is seen running.
	 */
	add(job: Job, task: TaskRef, schedule: PollSchedule, isNew: boolean, duration?: Duration): void {
		const watch = new Watch(job, task, this.options.account.clock.now(), schedule, duration);
		this.running.set(job, watch);
		if (isNew) this.holdPlace(watch);
	}

	dueLooks(now: number, sparingly: boolean): DueLook[] {
		this.plan();
		const due: DueLook[] = [];
		for (const watch of this.running.values()) {
			if (!watch.isDue(now, sparingly)) continue;
			due.push({
				dueAt: watch.dueAt,
				take: () => this.batch.start(this.look(watch)),
				miss: (at) => {
					if (watch.isOverdue(at)) this.settle(watch, watch.giveUp());
				},
			});
		}
		return due;
	}

	/** Usual times are learned while the tasks run. */
	private plan(): void {
		const { changes } = this.options.account.usualTimes;
		if (this.plannedAt === changes) return;
		this.plannedAt = changes;
		for (const watch of this.running.values()) watch.plan();
	}

	lookEarly(now: number): boolean {
		for (const watch of this.running.values()) if (watch.lookEarly(now)) return true;
		return false;
	}

	/** Nobody waits any more: their places are held only until they have usually ended. */
	leave(): void {
		this.isLeft = true;
		for (const watch of this.running.values())
			if (watch.holdsPlace) this.options.account.unwatch(watch.taskId);
	}

	private holdPlace(watch: Watch): void {
		if (watch.holdsPlace || this.isLeft) return;
		watch.holdsPlace = true;
		this.options.account.watch(watch.taskId, watch.usualEnd);
	}

	private async look(watch: Watch): Promise<void> {
		const { account, service } = this.options;
		watch.busy = true;
		const answer = await account.read(async () => await service.read(watch.task));
		watch.busy = false;
		this.settle(watch, watch.seen(answer, account.clock));
	}

	private settle(watch: Watch, finding: Finding): void {
		if (finding.kind === 'again') return this.holdPlace(watch);
		const { account, orders } = this.options;
		const { job, taskId, duration } = watch;
		if (finding.kind === 'failed') orders.strikeOff(job.itemIndex);
		this.running.delete(job);
		account.ended(taskId);
		if (finding.kind !== 'task') {
			return this.batch.fail(job, finding.problem, finding.kind === 'failed' ? undefined : taskId);
		}
		const { task } = finding;
		if (task.state === 'success' && task.ended && duration !== undefined) {
			account.usualTimes.took(watch.task.model, duration, tookMs(task));
		}
		this.batch.seen(job, task);
	}
}

/** By the service's own clock, since we may have looked late; NaN where it does not tell. */
function tookMs({ createTime = NaN, completeTime = NaN }: Task): number {
	return completeTime - createTime;
}
