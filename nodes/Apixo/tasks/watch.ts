import { backoffMs } from '../../shared/backoff';
import type { Clock } from '../../shared/clock';
import type { Duration } from '../../shared/contract';
import {
	noResult,
	taskFailed,
	timedOut,
	withSpentKey,
	type LastSeen,
	type Problem,
} from '../../shared/errors';
import type { ReadAnswer } from '../../shared/service';
import type { Task, TaskRef } from '../../shared/task';
import type { Job } from './job';
import type { PollSchedule } from './poll-schedule';

/** A success that names no clip is looked at this often: the URL may come a moment later. */
const LOOKS_FOR_A_RESULT = 3;

/** A task that was just created may be unknown at first: this many looks in a row have to say so. [sister] */
const LOOKS_FOR_AN_UNKNOWN_TASK = 3;

/** Many tasks may reach their deadline together, and not all can be read at the same moment. */
const LAST_LOOK_WITHIN_MS = 10_000;

/** What one look at a task means for its job. */
export type Finding =
	| { kind: 'again' }
	| { kind: 'task'; task: Task }
	/** The task ended `failed`. */
	| { kind: 'failed'; problem: Problem }
	| { kind: 'problem'; problem: Problem };

/** One task under observation: when to look next, and when to give up. Times are ms on the clock. */
export class Watch {
	/** A look is under way. */
	busy = false;
	/** Its task counts as running. */
	holdsPlace = false;
	/** When it should be looked at next. */
	dueAt = 0;
	private readonly deadline: number;
	private looks = 0;
	private troubles = 0;
	private lastSeen: LastSeen = {};
	/** What the last looks said, in a row, when they found no such task. */
	private unknown?: { problem: Problem; looks: number };
	private looksWithoutResult = 0;

	constructor(
		readonly job: Job,
		readonly task: TaskRef,
		private readonly since: number,
		private readonly schedule: PollSchedule,
		/** Of its clip, s; unknown for a task from before. */
		readonly duration?: Duration,
	) {
		this.deadline = since + job.timeoutMs;
		this.plan();
	}

	/** When the first look is to be, by what is known now of such clips. */
	plan(): void {
		if (this.looks > 0) return;
		this.dueAt = Math.min(this.since + this.schedule.initialDelayMs(), this.deadline);
	}

	get taskId(): string {
		return this.task.taskId;
	}

	/** When it has usually ended. */
	get usualEnd(): number {
		return this.since + this.schedule.usualMs();
	}

	private get hasKey(): boolean {
		const { task } = this.job;
		return 'hash' in task && task.idempotencyKey !== undefined;
	}

	/** Makes it due before its time, where that is allowed. */
	lookEarly(now: number): boolean {
		const { earliestMs = Infinity } = this.schedule;
		if (this.busy || this.looks > 0 || now < this.since + earliestMs) return false;
		this.dueAt = now;
		return true;
	}

	/** With few looks to spare, the first one waits until the task has probably ended. */
	isDue(now: number, sparingly: boolean): boolean {
		if (this.busy || now < this.dueAt) return false;
		if (!sparingly || this.looks > 0) return true;
		return now >= Math.min(this.usualEnd, this.deadline);
	}

	/** The last look is due at the deadline, but may have to wait for its turn. */
	isOverdue(now: number): boolean {
		return !this.busy && now >= this.deadline + LAST_LOOK_WITHIN_MS;
	}

	giveUp(): Finding {
		const problem =
			this.unknown?.problem ?? timedOut(this.taskId, this.job.timeoutMs, this.lastSeen);
		return { kind: 'problem', problem };
	}

	/** Takes in the answer of a look. The last look is at the deadline itself. */
	seen(answer: ReadAnswer, clock: Clock): Finding {
		this.looks++;
		if (answer.kind !== 'refused') this.unknown = undefined;
		else if (!this.mayBeTooNew(answer)) return { kind: 'problem', problem: answer.problem };
		let pauseMs = this.schedule.pauseMs(clock.now() - this.since);
		if (answer.kind === 'trouble') {
			this.lastSeen = { ...this.lastSeen, trouble: answer.reason };
			const pause = answer.retryAfterMs ?? backoffMs(++this.troubles, clock.random());
			pauseMs = Math.max(pauseMs, pause);
		} else if (answer.kind === 'task') {
			this.troubles = 0;
			this.lastSeen = { state: answer.task.state };
			const finding = this.findingOf(answer.task);
			if (finding.kind !== 'again') return finding;
		}
		const now = clock.now();
		if (now >= this.deadline) return this.giveUp();
		this.dueAt = Math.min(now + pauseMs, this.deadline);
		return { kind: 'again' };
	}

	/** Whether a task that is unknown may have been created just now. */
	private mayBeTooNew({ status, problem }: ReadAnswer & { kind: 'refused' }): boolean {
		if (status !== 404) return false;
		this.unknown = { problem, looks: (this.unknown?.looks ?? 0) + 1 };
		return this.unknown.looks < LOOKS_FOR_AN_UNKNOWN_TASK;
	}

	private findingOf(task: Task): Finding {
		const { until } = this.job;
		if (!task.ended) return until === 'read' ? { kind: 'task', task } : { kind: 'again' };
		if (task.state === 'failed') {
			if (until === 'read') return { kind: 'task', task };
			const problem = taskFailed(task);
			return { kind: 'failed', problem: this.hasKey ? withSpentKey(problem) : problem };
		}
		if (task.resultUrls.length > 0) return { kind: 'task', task };
		if (++this.looksWithoutResult < LOOKS_FOR_A_RESULT) return { kind: 'again' };
		return { kind: 'problem', problem: noResult(task.taskId, task.resultExcerpt) };
	}
}
