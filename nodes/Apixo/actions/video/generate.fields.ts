import type { INodeProperties } from 'n8n-workflow';

import {
	ASPECT_RATIOS,
	CFG_SCALE,
	DURATIONS,
	IMAGE_MAX_SIZE_NAME,
	IMAGE_TYPE_NAMES,
	PROMPT_MAX_LENGTH,
} from '../../../shared/contract';
import { callbackFields, callbackOptions } from './callback.fields';
import {
	DEFAULT_INITIAL_DELAY,
	DEFAULT_MAX_CONCURRENT_TASKS,
	downloadFields,
	pollIntervalOption,
	timeoutOption,
} from './shared.fields';

const showForGenerate = { resource: ['video'], operation: ['generate'] };
const showForImages = { ...showForGenerate, mode: ['image-to-video'] };
const showForImageUrls = { ...showForImages, imageSource: ['url'] };
const showForImageFiles = { ...showForImages, imageSource: ['binary'] };
const showForTextToVideo = { ...showForGenerate, mode: ['text-to-video'] };
const showForAsync = { ...showForGenerate, requestType: ['async'] };
const showForWaiting = { ...showForAsync, waitForCompletion: [true] };

const inputFields: INodeProperties[] = [
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		options: [
			{
				name: 'Text to Video',
				value: 'text-to-video',
				description: 'Make a video from a prompt alone',
			},
			{
				name: 'Image to Video',
				value: 'image-to-video',
				description: 'Bring a start image to life, with an end image if you like',
			},
		],
		default: 'text-to-video',
		displayOptions: { show: showForGenerate },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. A paper boat sails down a rainy street, cinematic, slow motion',
		description: `What happens in the video, in up to ${PROMPT_MAX_LENGTH} characters`,
		displayOptions: { show: showForGenerate },
	},
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		options: [
			{ name: 'URL', value: 'url', description: 'A link that anybody can open' },
			{
				name: 'Binary File',
				value: 'binary',
				description: 'A file of the incoming item, lent to APIXO through a short-lived link',
			},
		],
		default: 'url',
		displayOptions: { show: showForImages },
	},
	{
		displayName: 'Start Image URL',
		name: 'startImageUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://example.com/first-frame.jpg',
		description: `The first frame: ${IMAGE_TYPE_NAMES}, at most ${IMAGE_MAX_SIZE_NAME}`,
		displayOptions: { show: showForImageUrls },
	},
	{
		displayName: 'End Image URL',
		name: 'endImageUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last-frame.jpg',
		description: `The last frame, if the video should end on a certain picture: ${IMAGE_TYPE_NAMES}, at most ${IMAGE_MAX_SIZE_NAME}`,
		displayOptions: { show: showForImageUrls },
	},
	{
		displayName: 'Start Image Input Data Field Name',
		name: 'startImageBinaryField',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the input binary field that holds the first frame',
		description: `${IMAGE_TYPE_NAMES}, at most ${IMAGE_MAX_SIZE_NAME}. This n8n has to be reachable from the internet.`,
		displayOptions: { show: showForImageFiles },
	},
	{
		displayName: 'End Image Input Data Field Name',
		name: 'endImageBinaryField',
		type: 'string',
		default: '',
		placeholder: 'e.g. data2',
		hint: 'The name of the input binary field that holds the last frame, if there is one',
		displayOptions: { show: showForImageFiles },
	},
	{
		displayName: 'Duration',
		name: 'duration',
		type: 'options',
		options: DURATIONS.map((seconds) => ({ name: `${seconds} Seconds`, value: seconds })),
		default: 5,
		description: 'How long the video is. A longer one costs more.',
		displayOptions: { show: showForGenerate },
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: [
			{ name: 'Landscape (16:9)', value: '16:9' },
			{ name: 'Portrait (9:16)', value: '9:16' },
			{ name: 'Square (1:1)', value: '1:1' },
		] satisfies Array<{ name: string; value: (typeof ASPECT_RATIOS)[number] }>,
		default: '16:9',
		description: 'The shape of the video. With images, it is the shape of the start image.',
		displayOptions: { show: showForTextToVideo },
	},
];

const waitingFields: INodeProperties[] = [
	{
		displayName: 'Request Type',
		name: 'requestType',
		type: 'options',
		options: [
			{
				name: 'Async (Polling)',
				value: 'async',
				description: 'This node looks after the task until it is done',
			},
			{
				name: 'Callback (Webhook)',
				value: 'callback',
				description: 'APIXO calls this n8n when the task is done, which must be reachable for that',
			},
		],
		default: 'async',
		noDataExpression: true,
		displayOptions: { show: showForGenerate },
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description:
			'Whether to wait until the video is ready. If not, the item holds the task ID, and "Video → Get" fetches the video later.',
		displayOptions: { show: showForAsync },
	},
	...downloadFields(showForWaiting),
];

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	displayOptions: { show: showForGenerate },
	options: [
		...callbackOptions,
		{
			displayName: 'CFG Scale',
			name: 'cfgScale',
			type: 'number',
			typeOptions: { minValue: CFG_SCALE.min, maxValue: CFG_SCALE.max, numberPrecision: 1 },
			default: 0.5,
			description:
				'How closely to follow the prompt, in steps of 0.1: 0.3 to 0.5 leaves more freedom, 0.6 to 0.8 is moderate, 0.9 to 1 is strict',
		},
		{
			displayName: 'Initial Delay',
			name: 'initialDelay',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: DEFAULT_INITIAL_DELAY,
			description:
				'Seconds from submitting a task to the first look at it. Without this and "Poll Interval" the node looks when videos of that length usually get ready.',
			displayOptions: { show: { '/requestType': ['async'], '/waitForCompletion': [true] } },
		},
		{
			displayName: 'Max Concurrent Tasks',
			name: 'maxConcurrentTasks',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: DEFAULT_MAX_CONCURRENT_TASKS },
			default: DEFAULT_MAX_CONCURRENT_TASKS,
			description:
				'How many tasks may run at once. The limit of the account is found out and kept anyway; lower this to leave room for others.',
		},
		{
			displayName: 'Negative Prompt',
			name: 'negativePrompt',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			placeholder: 'e.g. blurry, text, watermark',
			description: `What should not be in the video, in up to ${PROMPT_MAX_LENGTH} characters`,
		},
		pollIntervalOption({ '/requestType': ['async'], '/waitForCompletion': [true] }),
		{
			displayName: 'Provider',
			name: 'provider',
			type: 'options',
			options: [
				{ name: 'Auto', value: 'auto', description: 'The cheapest first, others if it fails' },
				{ name: 'Official', value: 'official', description: 'Authorised channels' },
				{ name: 'Value', value: 'value', description: 'The lowest price' },
			],
			default: 'auto',
			description: 'Overrides the setting of the API key for this request',
		},
		{
			displayName: 'Resubmit After Unknown Outcome',
			name: 'resubmitAfterUnknownOutcome',
			type: 'boolean',
			default: false,
			description:
				'Whether a retry may submit a task again although an earlier try got no clear answer and may have been billed',
		},
		timeoutOption({ '/requestType': ['async'], '/waitForCompletion': [true] }),
	],
};

export const generateFields: INodeProperties[] = [
	...inputFields,
	...waitingFields,
	...callbackFields,
	options,
];
