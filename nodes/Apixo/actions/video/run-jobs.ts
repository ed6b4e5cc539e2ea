import type { IExecuteFunctions } from 'n8n-workflow';

import { systemClock } from '../../../shared/clock';
import type { Problem } from '../../../shared/errors';
import type { Session } from '../../../shared/session';
import type { SucceededTask } from '../../../shared/task';
import type { Memory } from '../../memory';
import { runBatch } from '../../tasks/batch';
import { createDownloader } from '../../tasks/download/download';
import type { Downloaded, Job } from '../../tasks/job';
import { openLedger } from '../../tasks/ledger';
import { storeOf } from '../../tasks/download/store';
import { toResult, type ItemResult, type RunResult } from '../result';
import { isTool, nameToolCall, runIndexOf } from '../run';

/** A job of the batch and where its clip is to go; or why the item has none. */
export type Planned = { job: Job; downloadField?: string } | { problem: Problem };

interface RunOptions {
	maxConcurrentTasks: number;
	/** The execution goes on after this, and may still fail and be retried. */
	keepLedger?: boolean;
}

/**
 * Runs the jobs of all items as one batch. A problem that was found while planning ends the node before
 * anything is submitted, unless it continues on fail: then the good items go.
 */
export async function runJobs(
	context: IExecuteFunctions,
	session: Session,
	memory: Memory,
	planned: Planned[],
	{ maxConcurrentTasks, keepLedger = false }: RunOptions,
): Promise<RunResult> {
	const stopAtFirstProblem = !context.continueOnFail();
	if (stopAtFirstProblem && planned.some((plan) => 'problem' in plan)) {
		const results = planned.map(
			(plan): ItemResult => ('problem' in plan ? toProblem(plan.problem) : { kind: 'left' }),
		);
		return { kind: 'results', results };
	}
	// What is still being fetched when the batch is over is for nobody: its item does not come out.
	const over = new AbortController();
	const stopped = context.getExecutionCancelSignal() ?? over.signal;
	const clock = systemClock(AbortSignal.any([stopped, over.signal]));
	const download = createDownloader(storeOf(context), clock);
	const jobs = planned.flatMap((plan) => ('job' in plan ? [withDownload(plan, download)] : []));
	const run = nameRun(context, jobs);
	const ledger = openLedger(memory, run.name, context.getExecutionId());
	try {
		const outcomes = await runBatch(jobs, {
			service: session.service,
			clock: session.clock,
			ledger,
			maxConcurrentTasks,
			stopAtFirstProblem,
		});
		over.abort();
		if (!Array.isArray(outcomes)) {
			// n8n keeps its own words about an execution that was stopped, so the log has to name the tasks.
			context.logger.warn(outcomes.message);
			return { kind: 'problem', problem: outcomes };
		}
		const jobResults = outcomes.map(toResult);
		const results = planned.map((plan) =>
			'problem' in plan ? toProblem(plan.problem) : take(jobResults),
		);
		// All came out well, so no retry will ask. An agent may even want the same video again.
		if (!keepLedger && results.every(({ kind }) => kind === 'item')) ledger.clear();
		return { kind: 'results', results };
	} finally {
		// Not before the ledger is settled: an equal call would take the task for one that was left behind.
		run.end();
	}
}

/** What this try has in common with others of the same run, for the ledger. */
function nameRun(context: IExecuteFunctions, jobs: Job[]): { name: number | string; end(): void } {
	if (!isTool(context)) return { name: runIndexOf(context), end: () => {} };
	const orders = jobs.map(({ task }) => ('hash' in task ? task.hash : task.taskId));
	return nameToolCall(context.getExecutionId(), orders.join(' '));
}

function withDownload(
	{ job, downloadField }: { job: Job; downloadField?: string },
	download: (task: SucceededTask, field: string) => Promise<Downloaded>,
): Job {
	if (downloadField === undefined) return job;
	return { ...job, download: async (task) => await download(task, downloadField) };
}

function toProblem(problem: Problem): ItemResult {
	return { kind: 'problem', problem };
}

/** The outcomes come in the order of the items that have a job. */
function take(results: ItemResult[]): ItemResult {
	return results.shift() ?? { kind: 'left' };
}
