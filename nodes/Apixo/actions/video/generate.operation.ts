import type { IExecuteFunctions } from 'n8n-workflow';

import { KLING_MODEL, MAX_CONCURRENT_TASKS } from '../../../shared/contract';
import { openSession, type Session } from '../../../shared/session';
import { openMemory, type Memory } from '../../memory';
import type { Job } from '../../tasks/job';
import { openLedger } from '../../tasks/ledger';
import { checked } from '../check';
import { readerOf } from '../parameter';
import type { OperationResult } from '../result';
import { runIndexOf } from '../run';
import { readCallbackUrl } from './callback.target';
import { orderedJson, readInput, readSubmission } from './generate.request';
import { readIdempotencyKey, refuseEqualKeys } from './idempotency-key';
import { GENERATE } from './parameters';
import { runJobs, type Planned } from './run-jobs';
import { inMs, readClipTarget, readInputFields, readPollOptions } from './shared.request';
import { pendingSample, sampleFor } from './simulation/simulate';
import { readSpendingLimits } from './spending';
import { createResumeTarget, type ResumeTarget } from './suspension/resume-target';
import {
	callersOf,
	errorsOf,
	followedOf,
	keptItems,
	ownSuspension,
	restoreInput,
	suspend,
	type Followed,
} from './suspension/suspend';

/** How the run goes on once its tasks are ordered. One for all items: an execution cannot be suspended in part. */
type Way =
	| { kind: 'polling' }
	/** The callbacks go to another workflow. */
	| { kind: 'trigger' }
	/** They wake this execution. */
	| { kind: 'suspension'; target: ResumeTarget }
	/** Tasks whose callbacks are not waited for any more. */
	| { kind: 'following'; items: Followed[]; until: number };

/** Video → Generate: submits one task per item and, if asked to, waits until all have ended. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this, { stopSignal: this.getExecutionCancelSignal() });
	if (session.kind === 'problem') return session;
	const opened = openMemory(this.getContext('node'));
	if (opened.kind === 'problem') return opened;
	const { memory } = opened;
	// Retry On Fail comes again where the first item is an error, although the execution is suspended already.
	if (ownSuspension(this, memory)?.woken === false)
		return { kind: 'suspended', items: keptItems(this) };
	restoreInput(this, memory);
	const target = await checked(0, () => readTarget(this));
	if ('problem' in target) return { kind: 'problem', problem: target.problem };
	if (target.value !== 'execution') return await run(this, session, memory, { kind: target.value });
	return await runAsCalled(this, session, memory);
}

function readTarget(context: IExecuteFunctions): 'polling' | 'trigger' | 'execution' {
	const read = readerOf(context, 0, GENERATE);
	return read('requestType') === 'async' ? 'polling' : read('callbackTo');
}

/**
 * Orders, and suspends the execution; or, after the wake, and in a retry, follows what is on record by polling,
 * as if it had never been suspended: what an earlier try has ordered calls somewhere else, or has called.
 */
async function runAsCalled(
	context: IExecuteFunctions,
	session: Session,
	memory: Memory,
): Promise<OperationResult> {
	const follow = async (items: Followed[], until = 0) =>
		await run(context, session, memory, { kind: 'following', items, until });
	const ledger = openLedger(memory, runIndexOf(context), context.getExecutionId());
	if (!ledger.isEmpty()) {
		const suspension = ownSuspension(context, memory);
		return await follow(suspension ? followedOf(suspension) : [], suspension?.callbacksUntil);
	}

	// Nobody has to be able to call for what is only pretended.
	if (await simulatesAll(context)) return await follow([]);
	const created = createResumeTarget(context, session.baseUrl);
	if (created.kind === 'problem') return created;
	const { target } = created;
	const plan = await planItems(context, session, { kind: 'suspension', target });
	const ran = await runJobs(context, session, memory, plan.planned, {
		maxConcurrentTasks: plan.maxConcurrentTasks,
		keepLedger: true,
	});
	if (ran.kind === 'problem') return ran;
	const { results } = ran;
	const failed = results.some(({ kind }) => kind !== 'item');
	const submitted = results.some((result) => result.kind === 'item' && result.taskId !== undefined);
	if (!submitted || (failed && !context.continueOnFail())) return ran;
	// Of the first ones, which were to call, none was accepted.
	if (callersOf(results, target).length === 0) return await follow(errorsOf(results));
	// The deadline counts from here on: with a small plan submitting alone may take longer than that.
	const items = await suspend(context, memory, target, results, plan.deadlineMs, session.clock);
	return { kind: 'suspended', items };
}

async function simulatesAll(context: IExecuteFunctions): Promise<boolean> {
	const asked = context.getInputData().map(async (_, itemIndex) => {
		return await checked(itemIndex, () =>
			readerOf(context, itemIndex, GENERATE).ifGiven('simulate'),
		);
	});
	return (await Promise.all(asked)).every((one) => 'value' in one && one.value === true);
}

async function run(context: IExecuteFunctions, session: Session, memory: Memory, way: Way) {
	const { planned, maxConcurrentTasks } = await planItems(context, session, way);
	const wasSuspended = way.kind === 'following';
	return await runJobs(context, session, memory, planned, { maxConcurrentTasks, wasSuspended });
}

async function planItems(context: IExecuteFunctions, session: Session, way: Way) {
	const planned: Planned[] = [];
	const keys: Array<string | undefined> = [];
	// One batch has one limit, the lowest that any item asks for, and one deadline, the latest.
	let maxConcurrentTasks: number = MAX_CONCURRENT_TASKS;
	let deadlineMs = 0;
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const { error } = followedItem(way, itemIndex);
		if (error !== undefined) {
			planned.push({ kind: 'problem', problem: { message: error, description: '' } });
			continue;
		}
		const item = await checked(
			itemIndex,
			async () => await planItem(context, session, itemIndex, way),
		);
		if ('problem' in item) {
			planned.push({ kind: 'problem', problem: item.problem });
			continue;
		}
		planned.push(item.value.plan);
		keys[itemIndex] = item.value.idempotencyKey;
		maxConcurrentTasks = Math.min(maxConcurrentTasks, item.value.maxConcurrentTasks);
		deadlineMs = Math.max(deadlineMs, item.value.deadlineMs);
	}
	return { planned: refuseEqualKeys(planned, keys), maxConcurrentTasks, deadlineMs };
}

async function planItem(context: IExecuteFunctions, session: Session, itemIndex: number, way: Way) {
	const read = readerOf(context, itemIndex, GENERATE);
	const { baseUrl, clock } = session;
	const model = KLING_MODEL;
	const callbackUrl = callbackUrlOf(way, itemIndex, () => readCallbackUrl(read, model, session));
	const input = readInput(read);
	const idempotencyKey = readIdempotencyKey(read, session.apiKey, way.kind === 'polling');
	const order = await readSubmission(context, itemIndex, read, model, input, baseUrl, callbackUrl);
	const isFollowing = way.kind === 'following';
	const waits = isFollowing || (way.kind === 'polling' && read('waitForCompletion'));
	const givesClip = waits || way.kind === 'suspension';
	const pollOptions = readPollOptions(read);
	const until = isFollowing ? way.until - clock.date() : 0;
	const clip = givesClip ? readClipTarget(read) : undefined;
	const beside = {
		input: readInputFields(context, itemIndex, read),
		ordered: orderedJson(input),
	};
	const job: Job = {
		itemIndex,
		task: { ...order, ...(idempotencyKey !== undefined && { idempotencyKey }) },
		until: waits ? 'ended' : 'submitted',
		hasEnded: followedItem(way, itemIndex).hasEnded,
		...pollOptions,
		timeoutMs: Math.max(pollOptions.timeoutMs, until),
		initialDelayMs: inMs(read.ifGiven('initialDelay')),
	};
	const limits = readSpendingLimits(read);
	const sample = read.ifGiven('simulate') === true && sampleFor(context, itemIndex, input);
	const plan: Planned = sample
		? {
				kind: 'sample',
				make: async (sampler) => (givesClip ? await sampler(sample, clip) : pendingSample(sample)),
				beside,
			}
		: { kind: 'job', job, clip, beside, limits };
	return {
		plan,
		idempotencyKey,
		maxConcurrentTasks: read('maxConcurrentTasks'),
		deadlineMs: read('callbackDeadline') * 1000,
	};
}

function followedItem(way: Way, itemIndex: number): Followed {
	return (way.kind === 'following' ? way.items[itemIndex] : undefined) ?? {};
}

/** Gives a function, because only when a task is ordered it is known whether it is one of the first. */
function callbackUrlOf(
	way: Way,
	itemIndex: number,
	readTriggerUrl: () => string,
): () => string | undefined {
	if (way.kind === 'suspension') {
		return () => (way.target.isCaller(itemIndex) ? way.target.url : undefined);
	}
	const url = way.kind === 'trigger' ? readTriggerUrl() : undefined;
	return () => url;
}
