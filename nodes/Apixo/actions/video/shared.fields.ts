import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { INITIAL_DELAY_MS, MAX_CONCURRENT_TASKS, POLL_INTERVAL_MS } from '../../../shared/contract';

/** Defaults of the options, in the units that the user sees: seconds, tasks. */
export const DEFAULT_INITIAL_DELAY = INITIAL_DELAY_MS / 1000;
export const DEFAULT_MAX_CONCURRENT_TASKS = MAX_CONCURRENT_TASKS;
export const DEFAULT_POLL_INTERVAL = POLL_INTERVAL_MS / 1000;
export const DEFAULT_TIMEOUT = 600;

/** The fields that turn a finished clip into a binary file. */
export function downloadFields(show: IDisplayOptions['show']): INodeProperties[] {
	return [
		{
			displayName: 'Download Video',
			name: 'downloadVideo',
			type: 'boolean',
			default: false,
			description:
				'Whether to fetch the finished video into the item as a binary file. Links to videos expire, so fetch what you want to keep.',
			displayOptions: { show },
		},
		{
			displayName: 'Put Output File in Field',
			name: 'binaryPropertyName',
			type: 'string',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the output binary field to put the file in',
			description:
				'Further videos of the same task go to fields with a number behind the name, such as data_1',
			displayOptions: { show: { ...show, downloadVideo: [true] } },
		},
	];
}

/** Options for waiting; `show` says where they act. */
export function pollIntervalOption(show?: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0.1 },
		default: DEFAULT_POLL_INTERVAL,
		description: 'Seconds between two looks at a running task',
		...(show && { displayOptions: { show } }),
	};
}

export function timeoutOption(show?: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_TIMEOUT,
		description:
			'Seconds to wait for a task, counted from its submission. The task goes on running after that, and "Video → Get" fetches it.',
		...(show && { displayOptions: { show } }),
	};
}
