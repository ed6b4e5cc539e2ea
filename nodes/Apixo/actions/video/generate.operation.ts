import type { IExecuteFunctions } from 'n8n-workflow';

import { MAX_CONCURRENT_TASKS } from '../../../shared/contract';
import { checked } from '../check';
import { readerOf } from '../parameter';
import type { OperationResult } from '../result';
import { openSession, type Session } from '../session';
import { readCallbackUrl } from './callback.target';
import { readSubmission } from './generate.request';
import { GENERATE } from './parameters';
import { runJobs, type Planned } from './run-jobs';
import { inMs, readDownloadField, readPollOptions } from './shared.request';
import { fallAsleep, makeBed, wasSubmittedElsewhere } from './sleep';

/** How the run learns that its tasks have ended. One for all items: an execution cannot sleep in part. */
type Way = 'polling' | 'trigger' | 'execution';

/** Video → Generate: submits one task per item and, if asked to, waits until all have ended. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this);
	if (!('service' in session)) return session;
	const way = await checked(0, () => readWay(this));
	if ('problem' in way) return way.problem;
	if (way.value !== 'execution') return await run(this, session, way.value);
	// The callbacks of tasks that an earlier execution submitted go to that one: look at them instead.
	if (wasSubmittedElsewhere(this)) return await run(this, session, 'polling');
	return await sleepUntilDone(this, session);
}

function readWay(context: IExecuteFunctions): Way {
	const read = readerOf(context, 0, GENERATE);
	return read('requestType') === 'async' ? 'polling' : read('callbackTo');
}

async function run(context: IExecuteFunctions, session: Session, way: Way) {
	const { planned, maxConcurrentTasks } = await plan(context, session, way);
	return await runJobs(context, session, planned, { maxConcurrentTasks });
}

async function sleepUntilDone(
	context: IExecuteFunctions,
	session: Session,
): Promise<OperationResult> {
	const bed = makeBed(context, session.baseUrl);
	if (!('suspension' in bed)) return bed;
	// Retry On Fail comes again where the first item is an error, although the execution sleeps already.
	if (bed.suspension.items.length > 0) return { asleep: context.getInputData() };
	const { planned, maxConcurrentTasks, deadlineMs } = await plan(
		context,
		session,
		'execution',
		bed.callbackUrl,
	);
	const results = await runJobs(context, session, planned, {
		maxConcurrentTasks,
		keepLedger: true,
	});
	if (!Array.isArray(results)) return results;
	const failed = results.some(({ kind }) => kind !== 'item');
	const submitted = results.some(({ kind }) => kind === 'item');
	if (!submitted || (failed && !context.continueOnFail())) return results;
	const downloadFields = planned.map((item) => ('job' in item ? item.downloadField : undefined));
	// The deadline counts from here on: with a small plan submitting alone may take longer than that.
	return await fallAsleep(context, bed, results, downloadFields, deadlineMs, session.clock);
}

async function plan(context: IExecuteFunctions, session: Session, way: Way, resumeUrl?: string) {
	const planned: Planned[] = [];
	// One batch has one limit, the lowest that any item asks for, and one deadline, the latest.
	let maxConcurrentTasks = MAX_CONCURRENT_TASKS as number;
	let deadlineMs = 0;
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const item = await checked(
			itemIndex,
			async () => await planItem(context, session, itemIndex, way, resumeUrl),
		);
		if ('problem' in item) {
			planned.push(item);
			continue;
		}
		planned.push(item.value);
		maxConcurrentTasks = Math.min(maxConcurrentTasks, item.value.maxConcurrentTasks);
		deadlineMs = Math.max(deadlineMs, item.value.deadlineMs);
	}
	return { planned, maxConcurrentTasks, deadlineMs };
}

async function planItem(
	context: IExecuteFunctions,
	session: Session,
	itemIndex: number,
	way: Way,
	resumeUrl?: string,
) {
	const read = readerOf(context, itemIndex, GENERATE);
	const callbackUrl = way === 'trigger' ? readCallbackUrl(read, session) : resumeUrl;
	const task = await readSubmission(context, itemIndex, read, session.baseUrl, callbackUrl);
	const waits = way === 'polling' && read('waitForCompletion');
	const givesClip = waits || way === 'execution';
	return {
		job: {
			itemIndex,
			task,
			until: waits ? ('ended' as const) : ('submitted' as const),
			...readPollOptions(read),
			initialDelayMs: inMs(read.ifGiven('initialDelay')),
		},
		downloadField: givesClip ? readDownloadField(read) : undefined,
		maxConcurrentTasks: read('maxConcurrentTasks'),
		deadlineMs: read('callbackDeadline') * 1000,
	};
}
