import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { KLING_MODEL, MAX_CONCURRENT_TASKS } from '../../../shared/contract';
import { openSession } from '../../../shared/session';
import { openMemory } from '../../memory';
import { checked } from '../check';
import { fieldsOf, readerOf } from '../parameter';
import type { OperationResult } from '../result';
import type { Job } from '../../tasks/job';
import { GET } from './parameters';
import { runJobs, type Planned } from './run-jobs';
import {
	downloadFields,
	fileNameOption,
	includeInputFieldsOption,
	pollIntervalOption,
	timeoutOption,
} from './shared.fields';
import { readClipTarget, readInputFields, readPollOptions } from './shared.request';
import { sampleOf } from './simulation/simulate';

const field = fieldsOf(GET);

const showForGet = { resource: ['video'], operation: ['get'] };

export const getFields: INodeProperties[] = [
	field('taskId', {
		required: true,
		placeholder: 'e.g. task_12345678',
		description:
			'The ID of a video that was ordered with the same account, as "Video → Generate" gives it and as error texts name it',
		displayOptions: { show: showForGet },
	}),
	field('waitForCompletion', {
		description:
			'Whether to wait until the video is ready. If not, the item tells the state that it has now.',
		displayOptions: { show: showForGet },
	}),
	...downloadFields(showForGet),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: showForGet },
		options: [
			fileNameOption(),
			includeInputFieldsOption(),
			pollIntervalOption({ '/waitForCompletion': [true] }),
			timeoutOption(),
		],
	},
];

/** Video → Get: tells what became of tasks that exist, waiting for their end if asked to. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this, { stopSignal: this.getExecutionCancelSignal() });
	if (session.kind === 'problem') return session;
	const opened = openMemory(this.getContext('node'));
	if (opened.kind === 'problem') return opened;
	const planned: Planned[] = [];
	for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
		const item = await checked(itemIndex, () => planItem(this, itemIndex));
		planned.push('problem' in item ? { kind: 'problem', problem: item.problem } : item.value);
	}
	// Nothing is submitted, so the limit only has to be one.
	const maxConcurrentTasks = MAX_CONCURRENT_TASKS;
	return await runJobs(this, session, opened.memory, planned, { maxConcurrentTasks });
}

function planItem(context: IExecuteFunctions, itemIndex: number): Planned {
	const read = readerOf(context, itemIndex, GET);
	const taskId = read('taskId');
	const clip = readClipTarget(read);
	const beside = { input: readInputFields(context, itemIndex, read) };
	const until = read('waitForCompletion') ? 'ended' : 'read';
	const task = { taskId, model: KLING_MODEL };
	const job: Job = { itemIndex, task, until, ...readPollOptions(read) };
	const sample = sampleOf(taskId);
	if (sample === undefined) return { kind: 'job', job, clip, beside };
	return { kind: 'sample', make: async (sampler) => await sampler(sample, clip), beside };
}
