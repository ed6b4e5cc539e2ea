import type { IExecuteFunctions } from 'n8n-workflow';

import { systemClock } from '../../../shared/clock';
import type { Problem } from '../../../shared/errors';
import type { Session } from '../../../shared/session';
import type { SucceededTask } from '../../../shared/task';
import type { Memory } from '../../memory';
import { runBatch } from '../../tasks/batch';
import { createDownloader, type ClipTarget } from '../../tasks/download/download';
import type { Downloaded, Job } from '../../tasks/job';
import { hasSameKey, openLedger, type Ledger } from '../../tasks/ledger';
import { storeOf } from '../../tasks/download/store';
import { toResult, withBeside, type Beside, type ItemResult, type RunResult } from '../result';
import { openOrders } from '../orders';
import { isTool, nameToolCall, runIndexOf } from '../run';
import { countTurnedAway, hintsFor, showHints } from './hints';
import { createSampler } from './simulation/simulate';
import { balanceProblem, reserveOrders, strictest, type SpendingLimits } from './spending';

/** What is to be done for one item. */
export type Planned =
	| { kind: 'job'; job: Job; clip?: ClipTarget; beside: Beside; limits?: SpendingLimits }
	| { kind: 'sample'; make(sampler: Sampler): Promise<ItemResult>; beside: Beside }
	/** Why there is nothing to do. */
	| { kind: 'problem'; problem: Problem };

type PlannedJob = Planned & { kind: 'job' };
type Sampler = ReturnType<typeof createSampler>;

interface RunOptions {
	maxConcurrentTasks: number;
	/** The execution goes on after this, and may still fail and be retried. */
	keepLedger?: boolean;
	/** What the ledger knows was ordered by this very run, before it was suspended. */
	wasSuspended?: boolean;
}

/**
 * Runs the jobs of all items as one batch. A problem that was found before anything is submitted ends the
 * node then, unless it continues on fail: then the good items go.
 */
export async function runJobs(
	context: IExecuteFunctions,
	session: Session,
	memory: Memory,
	planned: Planned[],
	{ maxConcurrentTasks, keepLedger = false, wasSuspended = false }: RunOptions,
): Promise<RunResult> {
	const stopAtFirstProblem = !context.continueOnFail();
	// What is still being fetched when the batch is over is for nobody: its item does not come out.
	const over = new AbortController();
	const stopped = context.getExecutionCancelSignal() ?? over.signal;
	const clock = systemClock(AbortSignal.any([stopped, over.signal]));
	const download = createDownloader(storeOf(context), clock);
	const executionId = context.getExecutionId();
	const run = nameRun(context, planned.filter(isJob));
	const ledger = openLedger(memory, run.name, executionId);
	ledger.realign(planned.filter(isJob).map(({ job }) => job));
	const known = (job: Job) =>
		'hash' in job.task ? ledger.find(job.itemIndex, job.task) : undefined;
	const records = openOrders(context, memory, ledger, run.name);
	const pickedUp = planned.filter(isJob).filter(({ job }) => known(job)?.taskId !== undefined);
	let settle: ((settled: Ledger) => void) | undefined;
	try {
		const hasProblem = planned.some(({ kind }) => kind === 'problem');
		if (!(hasProblem && stopAtFirstProblem)) {
			const orders = planned.filter(isJob).filter(({ job }) => isOrder(job, ledger));
			const spending = await admit(session, memory, executionId, orders);
			if (spending.kind === 'reserved') settle = spending.settle;
			else
				planned = planned.map((plan) => (isJob(plan) && orders.includes(plan) ? spending : plan));
		}
		if (stopAtFirstProblem && planned.some(({ kind }) => kind === 'problem')) {
			const results = planned.map(
				(plan): ItemResult =>
					isJob(plan) ? { kind: 'left', taskId: known(plan.job)?.taskId } : unfinished(plan),
			);
			return { kind: 'results', results };
		}
		const jobs = planned.filter(isJob);
		const besides = new Map(
			jobs.map((plan) => [plan, { ...plan.beside, ...hideChanged(plan.job, known(plan.job)) }]),
		);
		const { service, turnedAway } = countTurnedAway(session.service);
		const outcomes = await runBatch(
			jobs.map((plan) => withDownload(plan, download)),
			{
				service,
				account: session.account,
				clock: session.clock,
				orders: records,
				maxConcurrentTasks,
				stopAtFirstProblem,
			},
		);
		over.abort();
		if (!Array.isArray(outcomes)) {
			// n8n keeps its own words about an execution that was stopped, so the log has to name the tasks.
			context.logger.warn(outcomes.message);
			await records.end(false);
			return { kind: 'problem', problem: outcomes };
		}
		const endings = new Map(jobs.map((plan, index) => [plan, outcomes[index]]));
		const sampler = createSampler(context);
		const results = await Promise.all(
			planned.map(async (plan): Promise<ItemResult> => {
				if (plan.kind === 'sample') return withBeside(await plan.make(sampler), plan.beside);
				if (plan.kind === 'problem') return plan;
				const outcome = endings.get(plan) ?? { kind: 'left' };
				return withBeside(toResult(outcome), besides.get(plan) ?? {});
			}),
		);
		const onTheWay = { pickedUp: wasSuspended ? 0 : pickedUp.length, turnedAway: turnedAway() };
		showHints(context, hintsFor(results, onTheWay));
		const isWell = results.every(({ kind }) => kind === 'item');
		// What the node hands on in the place of an error ends it well, too: n8n offers no retry for that.
		await records.end(!keepLedger && (isWell || !stopAtFirstProblem));
		// No retry will ask, and an agent may even want the same video again.
		if (!keepLedger && isWell) ledger.clear();
		return { kind: 'results', results };
	} finally {
		settle?.(ledger);
		// Not before the ledger is settled: an equal call would take the task for one that was left behind.
		run.end();
	}
}

function isJob(plan: Planned): plan is PlannedJob {
	return plan.kind === 'job';
}

/** Whether the job will send one order more: not where its task is on record, or may be. */
function isOrder({ task, itemIndex }: Job, ledger: Ledger): boolean {
	if (!('hash' in task)) return false;
	const known = ledger.find(itemIndex, task);
	if (known === undefined) return true;
	if (known.taskId !== undefined) return false;
	if (hasSameKey(known, task)) return ledger.isOneMore(itemIndex, task);
	return task.resubmitAfterUnknownOutcome;
}

/** May these orders be sent? The balance is asked for before the ceiling, because that must not wait. */
async function admit(
	{ service }: Session,
	memory: Memory,
	executionId: string,
	orders: PlannedJob[],
) {
	const limits = strictest(orders.map((plan) => plan.limits ?? {}));
	const problem = await balanceProblem(service, limits.minimumBalance);
	if (problem !== undefined) return { kind: 'problem' as const, problem };
	return reserveOrders(memory, executionId, orders.length, limits.maxVideos);
}

/** An earlier try may have ordered something else, if an expression gave something else then. */
function hideChanged({ task }: Job, known?: { taskId?: string; hash: string }): Beside {
	const isOther = 'hash' in task && known?.taskId !== undefined && known.hash !== task.hash;
	return isOther ? { ordered: undefined } : {};
}

function unfinished(plan: Planned): ItemResult {
	return plan.kind === 'problem' ? plan : { kind: 'left' };
}

/** What this try has in common with others of the same run, for the ledger. */
function nameRun(
	context: IExecuteFunctions,
	planned: PlannedJob[],
): { name: number | string; end(): void } {
	if (!isTool(context)) return { name: runIndexOf(context), end: () => {} };
	const orders = planned.map(({ job: { task } }) => ('hash' in task ? task.hash : task.taskId));
	return nameToolCall(context.getExecutionId(), orders.join(' '));
}

function withDownload(
	{ job, clip }: PlannedJob,
	download: (task: SucceededTask, target: ClipTarget) => Promise<Downloaded>,
): Job {
	if (clip === undefined) return job;
	return { ...job, download: async (task) => await download(task, clip) };
}
