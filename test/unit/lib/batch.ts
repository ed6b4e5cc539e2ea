import { KLING_MODEL, type GenerateRequest } from '../../../nodes/shared/contract';
import { Account } from '../../../nodes/shared/limits/account';
import type { Problem } from '../../../nodes/shared/errors';
import { runBatch, type BatchOptions } from '../../../nodes/Apixo/tasks/batch';
import type { Job, Outcome, Submission } from '../../../nodes/Apixo/tasks/job';
import { Orders, type OrdersOptions } from '../../../nodes/Apixo/tasks/orders';
import { hashOf, openLedger } from '../../../nodes/Apixo/tasks/ledger';
import { FakeService, type FakeOptions } from './fake-service';
import { VirtualClock } from './virtual-clock';

export function requestFor(prompt: string): GenerateRequest {
	return { request_type: 'async', input: { mode: 'text-to-video', prompt, duration: 5 } };
}

export function submissionOf(prompt: string, changes: Partial<Submission> = {}): Submission {
	const request = requestFor(prompt);
	return {
		model: KLING_MODEL,
		duration: request.input.duration,
		hash: hashOf(request),
		input: () => hashOf(`input of ${prompt}`),
		request: () => request,
		resubmitAfterUnknownOutcome: false,
		...changes,
	};
}

/** A job with the node's defaults; its prompt is "clip <index>". */
export function jobOf(itemIndex: number, changes: Partial<Job> = {}): Job {
	return {
		itemIndex,
		task: submissionOf(`clip ${itemIndex}`),
		until: 'ended',
		timeoutMs: 600_000,
		...changes,
	};
}

export function jobs(count: number, changes: Partial<Job> = {}): Job[] {
	return Array.from({ length: count }, (_, index) => jobOf(index, changes));
}

/** For tests of other things than marks. */
export const NO_MARKS: OrdersOptions['marks'] = {
	place: async (orders) => orders.map(() => ({ kind: 'marked', marks: [] })),
	adopt: () => {},
	restMs: 0,
	takeOff: async () => {},
	end: () => {},
};

/** Where a run puts its orders on record; `context` is what `getContext('node')` gives. */
export function ordersIn(
	context: Record<string, unknown>,
	run = 0,
	executionId = '1',
	log: string[] = [],
	restMs = 0,
): Orders {
	return new Orders({
		ledger: openLedger(context, run, executionId),
		marks: { ...NO_MARKS, restMs },
		log: { ordering: () => {}, accepted: (taskId) => log.push(taskId) },
	});
}

/** A clock, a service and a node context in which batches run. */
export function stage(options: FakeOptions = {}, seed = 1) {
	const clock = new VirtualClock(seed);
	const service = new FakeService(clock, options);
	const account = new Account(clock.beside());
	/** What `getContext('node')` gives; it outlives a try. */
	const context: Record<string, unknown> = {};
	/** Tasks that n8n's log names. */
	const log: string[] = [];
	const start = async (
		work: Job[],
		changes: Partial<BatchOptions> & { runIndex?: number; executionId?: string } = {},
	): Promise<Outcome[] | Problem> => {
		const { runIndex = 0, executionId = '1', ...rest } = changes;
		return await runBatch(work, {
			service,
			account,
			clock,
			orders: ordersIn(context, runIndex, executionId, log),
			maxConcurrentTasks: 1000,
			stopAtFirstProblem: false,
			...rest,
		});
	};
	/** Runs a batch to its end, and insists that it came to one. */
	const run = async (...args: Parameters<typeof start>): Promise<Outcome[]> => {
		const outcomes = await clock.run(start(...args));
		if (!Array.isArray(outcomes)) throw new Error(`The batch broke off: ${outcomes.message}`);
		return outcomes;
	};
	return { account, clock, service, context, log, start, run };
}

/** The task id that an outcome tells, whatever its kind. */
export function taskIdOf(outcome: Outcome | undefined): string | undefined {
	if (outcome === undefined) return undefined;
	return outcome.kind === 'task' ? outcome.task.taskId : outcome.taskId;
}

/** The text that a user would read. */
export function textOf(outcome: Outcome[] | Outcome | Problem | undefined): string {
	if (outcome === undefined) return '';
	if (Array.isArray(outcome)) return outcome.map(textOf).join(' ');
	if ('message' in outcome) return `${outcome.message}. ${outcome.description}`;
	return outcome.kind === 'problem' ? textOf(outcome.problem) : '';
}
