import type { INodeProperties } from 'n8n-workflow';

import { fieldsOf } from '../parameter';
import { GENERATE } from './parameters';
import { downloadFields } from './shared.fields';

const field = fieldsOf(GENERATE);

const showForCallback = { resource: ['video'], operation: ['generate'], requestType: ['callback'] };
const showForTrigger = { ...showForCallback, callbackTo: ['trigger'] };
const showForExecution = { ...showForCallback, callbackTo: ['execution'] };

export const callbackFields: INodeProperties[] = [
	field('callbackTo', {
		description: 'Who goes on with the video when APIXO has called',
		noDataExpression: true,
		displayOptions: { show: showForCallback },
	}),
	field('callbackUrl', {
		required: true,
		placeholder: 'e.g. https://n8n.example.com/webhook/…/webhook',
		description: 'The production URL of an APIXO Trigger node. APIXO must be able to reach it.',
		displayOptions: { show: showForTrigger },
	}),
	{
		displayName:
			'This n8n has to be reachable from the internet. The execution takes no memory while it is suspended, and survives a restart of n8n.',
		name: 'executionNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: showForExecution },
	},
	...downloadFields(showForExecution),
];

export const callbackOptions: INodeProperties[] = [
	field('callbackDeadline', {
		description:
			'Seconds to wait for callbacks, once all videos are ordered. After that the execution goes on by itself, a good minute later; its items then have the state "pending", and "Video → Get" fetches the videos.',
		displayOptions: { show: { '/requestType': ['callback'], '/callbackTo': ['execution'] } },
	}),
	field('callbackMetadata', {
		placeholder: 'e.g. { "row": 7, "channel": "C012AB3CD" }',
		description:
			'Any JSON that the APIXO Trigger gives back with the video, such as the row or the channel that it belongs to. It is signed, but readable for APIXO.',
		displayOptions: { show: { '/requestType': ['callback'], '/callbackTo': ['trigger'] } },
	}),
];
