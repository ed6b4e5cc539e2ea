import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { boolean, text } from '../../tasks/check';
import type { OperationResult } from '../result';
import { openSession } from '../session';
import { LABELS } from './labels';
import { checked, optionsOf, parametersOf, readDownloadField, readPatience } from './parameters';
import { runJobs, type Planned } from './run-jobs';
import {
	DEFAULT_MAX_CONCURRENT_TASKS,
	downloadFields,
	pollIntervalOption,
	timeoutOption,
} from './shared.fields';

const showForGet = { resource: ['video'], operation: ['get'] };

export const getFields: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. task_12345678',
		description:
			'The ID of a task that was submitted with the same account, as "Video → Generate" gives it and as error texts name it',
		displayOptions: { show: showForGet },
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
		description:
			'Whether to wait until the task has ended. If not, the item tells the state that the task has now.',
		displayOptions: { show: showForGet },
	},
	...downloadFields(showForGet),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: showForGet },
		options: [pollIntervalOption({ '/waitForCompletion': [true] }), timeoutOption()],
	},
];

/** Video → Get: tells what became of tasks that exist, waiting for their end if asked to. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this);
	if (!('service' in session)) return session;
	const planned: Planned[] = [];
	for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
		const item = await checked(itemIndex, () => planItem(this, itemIndex));
		planned.push('problem' in item ? item : item.value);
	}
	// Nothing is submitted, so the limit only has to be one.
	const maxConcurrentTasks = DEFAULT_MAX_CONCURRENT_TASKS;
	return await runJobs(this, session, planned, { maxConcurrentTasks });
}

function planItem(context: IExecuteFunctions, itemIndex: number): Planned {
	const read = parametersOf(context, itemIndex);
	const taskId = text(LABELS.taskId, read('taskId', ''), { min: 1 }).trim();
	const wait = boolean(LABELS.waitForCompletion, read('waitForCompletion', false));
	return {
		job: {
			itemIndex,
			task: { taskId },
			until: wait ? 'ended' : 'read',
			...readPatience(optionsOf(read)),
		},
		downloadField: readDownloadField(read),
	};
}
