import type { IExecuteFunctions } from 'n8n-workflow';

import { boolean, number } from '../../tasks/check';
import type { OperationResult } from '../result';
import { openSession, type Session } from '../session';
import { readSubmission } from './generate.request';
import { LABELS } from './labels';
import { checked, optionsOf, parametersOf, readDownloadField, readPatience } from './parameters';
import { runJobs, type Planned } from './run-jobs';
import { DEFAULT_MAX_CONCURRENT_TASKS } from './shared.fields';

/** Video → Generate: submits one task per item and, if asked to, waits until all have ended. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this);
	if (!('service' in session)) return session;
	const planned: Planned[] = [];
	let maxConcurrentTasks: number = DEFAULT_MAX_CONCURRENT_TASKS;
	for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
		const item = await checked(itemIndex, async () => await planItem(this, session, itemIndex));
		if ('problem' in item) {
			planned.push(item);
			continue;
		}
		planned.push(item.value);
		// One batch has one limit: the lowest that any item asks for.
		maxConcurrentTasks = Math.min(maxConcurrentTasks, item.value.maxConcurrentTasks);
	}
	return await runJobs(this, session, planned, maxConcurrentTasks);
}

async function planItem(context: IExecuteFunctions, session: Session, itemIndex: number) {
	const read = parametersOf(context, itemIndex);
	const options = optionsOf(read);
	const task = await readSubmission(context, itemIndex, read, options, session.baseUrl);
	const wait = boolean(LABELS.waitForCompletion, read('waitForCompletion', true));
	return {
		job: {
			itemIndex,
			task,
			until: wait ? ('ended' as const) : ('submitted' as const),
			...readPatience(options),
		},
		downloadField: wait ? readDownloadField(read) : undefined,
		maxConcurrentTasks: number(
			LABELS.maxConcurrentTasks,
			options.maxConcurrentTasks ?? DEFAULT_MAX_CONCURRENT_TASKS,
			{ min: 1, max: DEFAULT_MAX_CONCURRENT_TASKS, step: 1 },
		),
	};
}
