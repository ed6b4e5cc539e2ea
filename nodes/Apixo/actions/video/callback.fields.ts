import type { INodeProperties } from 'n8n-workflow';

import { downloadFields } from './shared.fields';

const showForCallback = { resource: ['video'], operation: ['generate'], requestType: ['callback'] };
const showForTrigger = { ...showForCallback, callbackTo: ['trigger'] };
const showForExecution = { ...showForCallback, callbackTo: ['execution'] };

/** Seconds. */
export const DEFAULT_CALLBACK_DEADLINE = 1800;

/** Seconds. */
export const MIN_CALLBACK_DEADLINE = 1;
/** Seconds; a year. */
export const MAX_CALLBACK_DEADLINE = 31_536_000;

export const callbackFields: INodeProperties[] = [
	{
		displayName: 'Callback To',
		name: 'callbackTo',
		type: 'options',
		description: 'Who goes on with the video once APIXO has called',
		noDataExpression: true,
		options: [
			{
				name: 'APIXO Trigger',
				value: 'trigger',
				description: 'Another workflow, which starts with the APIXO Trigger node, takes the video',
			},
			{
				name: 'This Execution',
				value: 'execution',
				description: 'This execution sleeps, and goes on from here once all its videos are ready',
			},
		],
		default: 'trigger',
		displayOptions: { show: showForCallback },
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…/webhook',
		description: 'The production URL of an APIXO Trigger node. APIXO must be able to reach it.',
		displayOptions: { show: showForTrigger },
	},
	{
		displayName:
			'This n8n has to be reachable from the internet. The execution takes no memory while it sleeps, and survives a restart of n8n.',
		name: 'executionNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: showForExecution },
	},
	...downloadFields(showForExecution),
];

export const callbackOptions: INodeProperties[] = [
	{
		displayName: 'Callback Deadline',
		name: 'callbackDeadline',
		type: 'number',
		typeOptions: { minValue: MIN_CALLBACK_DEADLINE, maxValue: MAX_CALLBACK_DEADLINE },
		default: DEFAULT_CALLBACK_DEADLINE,
		description:
			'Seconds to wait for callbacks, once all tasks are submitted. After that the execution goes on by itself, a good minute later; its items then have the state "pending", and "Video → Get" fetches them.',
		displayOptions: { show: { '/requestType': ['callback'], '/callbackTo': ['execution'] } },
	},
	{
		displayName: 'Callback Metadata',
		name: 'callbackMetadata',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "row": 7, "channel": "C012AB3CD" }',
		description:
			'Any JSON that the APIXO Trigger gives back with the video, such as the row or the channel that it belongs to. It is signed, but readable for APIXO.',
		displayOptions: { show: { '/requestType': ['callback'], '/callbackTo': ['trigger'] } },
	},
];
