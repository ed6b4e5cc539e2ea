import type { GenerateRequest } from '../../../nodes/shared/contract';
import { refused } from '../../../nodes/shared/errors';
import type { ReadAnswer, Service, SubmitAnswer } from '../../../nodes/shared/service';
import type { Task, TaskRef } from '../../../nodes/shared/task';
import { createLimiter, type Limiter, type LimiterKind } from '../../../sandbox/limiter';
import type { VirtualClock } from './virtual-clock';

export interface FakeOptions {
	/** How long the n-th task takes, from 0. */
	taskMs?: (nth: number) => number;
	/** From the request to its answer; half of it is over when the service takes it up. */
	latencyMs?: () => number;
	concurrency?: number;
	/** Of all calls. */
	requestsPerMinute?: number;
	/** How they are counted; in any 60 s unless told otherwise. */
	limiter?: LimiterKind;
	/** Whether a request that was turned away counts as one of the minute. */
	countsRefused?: boolean;
	/** An answer in place of the usual one. A submission so answered makes no task, unless it is accepted. */
	onSubmit?: (nth: number, request: GenerateRequest) => SubmitAnswer | undefined;
	/** Likewise for the n-th read of a task. */
	onRead?: (taskId: string, nth: number) => ReadAnswer | undefined;
}

/** What the service holds about one task. */
export interface FakeTask {
	taskId: string;
	prompt: string;
	submittedAt: number;
	endsAt: number;
	/** When it was looked at. */
	reads: number[];
}

const MINUTE_MS = 60_000;

/** An account at the service, in memory and on the virtual clock. It counts what a client does. */
export class FakeService implements Service {
	readonly tasks = new Map<string, FakeTask>();
	/** Prompts of all submissions that came in, in order. */
	readonly submissions: string[] = [];
	/** When each request came in, ms on the clock. */
	readonly requests: number[] = [];
	/** Calls turned away by a limit. */
	readonly turnedAway = { submit: 0, read: 0 };
	mostRunning = 0;
	mostRequestsInAMinute = 0;
	private readonly limiter: Limiter;
	private oldest = 0;
	/** Tasks that ran when it was last asked. */
	private readonly active = new Set<FakeTask>();

	constructor(
		private readonly clock: VirtualClock,
		private readonly options: FakeOptions = {},
	) {
		const { limiter: kind = 'sliding', requestsPerMinute: limit, countsRefused = false } = options;
		this.limiter =
			limit === undefined
				? () => 0
				: createLimiter({ kind, limit, minuteMs: MINUTE_MS, countsRefused });
	}

	async submit(request: GenerateRequest): Promise<SubmitAnswer> {
		return await this.call(() => {
			const { prompt } = request.input;
			this.submissions.push(prompt);
			const scripted = this.options.onSubmit?.(this.submissions.length - 1, request);
			if (scripted?.kind === 'accepted') this.create(prompt, scripted.taskId);
			if (scripted !== undefined) return scripted;
			const full = () => this.running() >= (this.options.concurrency ?? Infinity);
			if (this.isTooOften() || full()) {
				this.turnedAway.submit++;
				return { kind: 'limited' };
			}
			return { kind: 'accepted', taskId: this.create(prompt) };
		});
	}

	async read({ taskId }: TaskRef): Promise<ReadAnswer> {
		return await this.call(() => {
			const task = this.tasks.get(taskId);
			task?.reads.push(this.clock.elapsed);
			const scripted = this.options.onRead?.(taskId, (task?.reads.length ?? 1) - 1);
			if (scripted !== undefined) return scripted;
			if (this.isTooOften()) {
				this.turnedAway.read++;
				return { kind: 'trouble', reason: 'too many requests (status 429)', limited: true };
			}
			if (task !== undefined) return { kind: 'task', task: this.stateOf(task) };
			const problem = refused('read', { status: 404, message: 'task not found' }, taskId);
			return { kind: 'refused', status: 404, problem };
		});
	}

	async balance() {
		return { kind: 'balance' as const, balance: 1 };
	}

	/** A task that exists from before. */
	create(prompt: string, taskId = `task_${this.tasks.size}`): string {
		const submittedAt = this.clock.elapsed;
		const takes = this.options.taskMs?.(this.tasks.size) ?? 40_000;
		const task = { taskId, prompt, submittedAt, endsAt: submittedAt + takes, reads: [] };
		this.tasks.set(taskId, task);
		this.active.add(task);
		this.mostRunning = Math.max(this.mostRunning, this.running());
		return taskId;
	}

	/** When the service took up requests for this task, in ms after its submission. */
	readsAfterSubmission(taskId: string): number[] {
		const task = this.tasks.get(taskId);
		return task?.reads.map((at) => at - task.submittedAt) ?? [];
	}

	get readCount(): number {
		return [...this.tasks.values()].reduce((sum, { reads }) => sum + reads.length, 0);
	}

	private async call<Answer>(answer: () => Answer): Promise<Answer> {
		const latency = this.options.latencyMs?.() ?? 0;
		await this.clock.wait(latency / 2);
		this.note();
		const given = answer();
		await this.clock.wait(latency / 2);
		return given;
	}

	private note(): void {
		const now = this.clock.elapsed;
		this.requests.push(now);
		while ((this.requests[this.oldest] ?? Infinity) <= now - MINUTE_MS) this.oldest++;
		const inAMinute = this.requests.length - this.oldest;
		this.mostRequestsInAMinute = Math.max(this.mostRequestsInAMinute, inAMinute);
	}

	/** Counts the request; one that only the other limit turns away counts as well. */
	private isTooOften(): boolean {
		return this.limiter(this.clock.elapsed) > 0;
	}

	private running(): number {
		const now = this.clock.elapsed;
		for (const task of this.active) if (task.endsAt <= now) this.active.delete(task);
		return this.active.size;
	}

	private stateOf({ taskId, submittedAt, endsAt }: FakeTask): Task {
		if (endsAt > this.clock.elapsed) return { taskId, ended: false, state: 'processing' };
		const resultUrls = [`https://cdn.example/${taskId}.mp4`];
		const times = { createTime: submittedAt, completeTime: endsAt };
		return { taskId, ended: true, state: 'success', resultUrls, ...times };
	}
}
