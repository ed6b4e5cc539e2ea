import type { INodeProperties } from 'n8n-workflow';

import {
	IMAGE_MAX_SIZE_NAME,
	IMAGE_TYPE_NAMES,
	PRICES_PAGE,
	PROMPT_MAX_LENGTH,
} from '../../../shared/contract';
import { fieldsOf } from '../parameter';
import { callbackFields, callbackOptions } from './callback.fields';
import { GENERATE } from './parameters';
import {
	downloadFields,
	fileNameOption,
	includeInputFieldsOption,
	pollIntervalOption,
	timeoutOption,
} from './shared.fields';

const field = fieldsOf(GENERATE);

const showForGenerate = { resource: ['video'], operation: ['generate'] };
const showForImages = { ...showForGenerate, mode: ['image-to-video'] };
const showForImageUrls = { ...showForImages, imageSource: ['url'] };
const showForImageFiles = { ...showForImages, imageSource: ['binary'] };
const showForTextToVideo = { ...showForGenerate, mode: ['text-to-video'] };
const showForAsync = { ...showForGenerate, requestType: ['async'] };
const showForWaiting = { ...showForAsync, waitForCompletion: [true] };

const inputFields: INodeProperties[] = [
	field('mode', {
		displayOptions: { show: showForGenerate },
	}),
	field('prompt', {
		typeOptions: { rows: 4 },
		required: true,
		placeholder: 'e.g. A paper boat sails down a rainy street, cinematic, slow motion',
		description: `What happens in the video, in up to ${PROMPT_MAX_LENGTH} characters`,
		displayOptions: { show: showForGenerate },
	}),
	field('imageSource', {
		displayOptions: { show: showForImages },
	}),
	field('startImageUrl', {
		required: true,
		placeholder: 'e.g. https://example.com/first-frame.jpg',
		hint: 'The first frame; the video takes its shape',
		description: `${IMAGE_TYPE_NAMES}, at most ${IMAGE_MAX_SIZE_NAME}, behind a link that anybody can open`,
		displayOptions: { show: showForImageUrls },
	}),
	field('endImageUrl', {
		placeholder: 'e.g. https://example.com/last-frame.jpg',
		hint: 'Optional: the last frame, if the video should end on a certain picture',
		description: `${IMAGE_TYPE_NAMES}, at most ${IMAGE_MAX_SIZE_NAME}, behind a link that anybody can open`,
		displayOptions: { show: showForImageUrls },
	}),
	field('startImageBinaryField', {
		required: true,
		placeholder: 'e.g. data',
		hint: 'The input binary field with the first frame; the video takes its shape',
		description: `${IMAGE_TYPE_NAMES}, at most ${IMAGE_MAX_SIZE_NAME}. This n8n has to be reachable from the internet.`,
		displayOptions: { show: showForImageFiles },
	}),
	field('endImageBinaryField', {
		placeholder: 'e.g. data2',
		hint: 'Optional: the input binary field with the last frame',
		displayOptions: { show: showForImageFiles },
	}),
	field('duration', {
		description: `How long the video is. A longer one costs more: see <a href="${PRICES_PAGE}">APIXO's prices</a>.`,
		displayOptions: { show: showForGenerate },
	}),
	field('aspectRatio', {
		description: 'The shape of the video. In the mode Image to Video the start image gives it.',
		displayOptions: { show: showForTextToVideo },
	}),
];

const waitingFields: INodeProperties[] = [
	field('requestType', {
		description: 'How the workflow learns that the video is ready',
		noDataExpression: true,
		displayOptions: { show: showForGenerate },
	}),
	field('waitForCompletion', {
		description:
			'Whether to wait until the video is ready. If not, the item holds the task ID, and "Video → Get" fetches the video later.',
		displayOptions: { show: showForAsync },
	}),
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
		field('cfgScale', {
			typeOptions: { numberPrecision: 1 },
			description:
				'How closely to follow the prompt, in steps of 0.1: 0.3 to 0.5 leaves more freedom, 0.6 to 0.8 is moderate, 0.9 to 1 is strict',
		}),
		fileNameOption(),
		// Always shown: n8n drops what is hidden, and the order would go out without its key.
		field('idempotencyKey', {
			placeholder: 'e.g. {{ $json.rowId }}',
			description:
				'The same key never orders a second video, in any try, execution or n8n: APIXO answers with the task of the first order. An expression that tells items apart, such as the ID of a row.',
		}),
		includeInputFieldsOption(),
		field('initialDelay', {
			description:
				'Seconds from the order to the first question whether the video is ready. Without this and "Poll Interval" the node asks when videos of that length usually get ready.',
			displayOptions: { show: { '/requestType': ['async'], '/waitForCompletion': [true] } },
		}),
		field('maxConcurrentTasks', {
			description:
				'How many videos may be made at once. The limit of the account is found out and kept anyway; lower this to leave room for others.',
		}),
		field('maxVideosPerExecution', {
			description:
				'The most that this node may order in one execution, over all items, loop rounds, tries and calls of an agent. If a run would go past it, none of its videos is ordered.',
		}),
		field('minimumBalance', {
			description:
				'US dollars that have to be there. The balance is read before the first order; if it is less, or cannot be read, nothing is ordered.',
		}),
		field('negativePrompt', {
			typeOptions: { rows: 2 },
			placeholder: 'e.g. blurry, text, watermark',
			description: `What should not be in the video, in up to ${PROMPT_MAX_LENGTH} characters`,
		}),
		pollIntervalOption({ '/requestType': ['async'], '/waitForCompletion': [true] }),
		field('provider', {
			description: 'Overrides the setting of the API key for this request',
		}),
		field('resubmitAfterUnknownOutcome', {
			description:
				'Whether a retry may order a video again although an earlier try got no clear answer and may have been billed',
		}),
		field('simulate', {
			description:
				'Whether to order nothing and to give a sample video at once, to build and test the workflow for free. The fields are checked as for an order; ceilings and balance are not.',
		}),
		timeoutOption({ '/requestType': ['async'], '/waitForCompletion': [true] }),
	],
};

export const generateFields: INodeProperties[] = [
	...inputFields,
	...waitingFields,
	...callbackFields,
	options,
];
