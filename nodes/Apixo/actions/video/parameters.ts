import {
	ASPECT_RATIOS,
	CFG_SCALE,
	DURATIONS,
	IDEMPOTENCY_KEY_MAX_LENGTH,
	INITIAL_DELAY_MS,
	MAX_CONCURRENT_TASKS,
	POLL_INTERVAL_MS,
	PROMPT_MAX_LENGTH,
	type AspectRatio,
	type Mode,
	type Provider,
} from '../../../shared/contract';
import {
	choice,
	flag,
	guard,
	identifier,
	json,
	number,
	option,
	text,
	type Reader,
} from '../parameter';

/** Seconds. */
const ABOVE_ZERO = { min: 0, moreThanMin: true };

/** Seconds; a year. */
const LONGEST_DEADLINE = 31_536_000;

/** What Generate and Get have in common: a clip that is waited for and fetched. */
export const SHARED = {
	downloadVideo: flag('Download Video', false),
	binaryPropertyName: text('Put Output File in Field', 'data', { min: 1 }),
	fileName: option(text('File Name', '')),
	includeInputFields: option(flag('Include Input Fields', true)),
	pollInterval: option(number('Poll Interval (Seconds)', POLL_INTERVAL_MS / 1000, ABOVE_ZERO)),
	timeout: option(number('Timeout (Seconds)', 600, ABOVE_ZERO)),
};

export type SharedReader = Reader<typeof SHARED>;

const ASPECT_RATIO_NAMES: Record<AspectRatio, string> = {
	'16:9': 'Landscape (16:9)',
	'9:16': 'Portrait (9:16)',
	'1:1': 'Square (1:1)',
};

/** Video → Generate. */
export const GENERATE = {
	...SHARED,
	mode: choice<Mode>('Mode', 'text-to-video', [
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
	]),
	prompt: text('Prompt', '', { min: 1, max: PROMPT_MAX_LENGTH }),
	imageSource: choice('Image Source', 'url', [
		{ name: 'URL', value: 'url', description: 'A link that anybody can open' },
		{
			name: 'Binary File',
			value: 'binary',
			description: 'A file of the incoming item, lent to APIXO through a short-lived link',
		},
	]),
	startImageUrl: text('Start Image URL', ''),
	endImageUrl: text('End Image URL', ''),
	startImageBinaryField: text('Start Image Data Field', 'data', { min: 1 }),
	endImageBinaryField: text('End Image Data Field', '', { min: 1 }),
	duration: choice(
		'Duration',
		5,
		DURATIONS.map((seconds) => ({ name: `${seconds} Seconds`, value: seconds })),
	),
	aspectRatio: choice(
		'Aspect Ratio',
		'16:9',
		ASPECT_RATIOS.map((value) => ({ name: ASPECT_RATIO_NAMES[value], value })),
	),
	requestType: choice('Request Type', 'async', [
		{
			name: 'Async (Polling)',
			value: 'async',
			description:
				'The node asks APIXO every few seconds until the video is ready. Works everywhere.',
		},
		{
			name: 'Callback (Webhook)',
			value: 'callback',
			description:
				'APIXO calls this n8n when the video is ready, so this n8n has to be reachable from the internet',
		},
	]),
	waitForCompletion: flag('Wait for Completion', true),
	callbackTo: choice('Callback To', 'trigger', [
		{
			name: 'APIXO Trigger',
			value: 'trigger',
			description: 'Another workflow, which starts with the APIXO Trigger node, takes the video',
		},
		{
			name: 'This Execution',
			value: 'execution',
			description:
				'This execution is suspended, and goes on from here when all its videos are ready',
		},
	]),
	callbackUrl: text('Callback URL', ''),

	callbackDeadline: option(
		number('Callback Deadline (Seconds)', 1800, { min: 1, max: LONGEST_DEADLINE }),
	),
	callbackMetadata: option(json('Callback Metadata')),
	cfgScale: option(number('CFG Scale', 0.5, CFG_SCALE)),
	idempotencyKey: guard(identifier('Idempotency Key', { max: IDEMPOTENCY_KEY_MAX_LENGTH })),
	initialDelay: option(number('Initial Delay (Seconds)', INITIAL_DELAY_MS / 1000, { min: 0 })),
	maxConcurrentTasks: option(
		number('Max Videos at Once', MAX_CONCURRENT_TASKS, {
			min: 1,
			max: MAX_CONCURRENT_TASKS,
			step: 1,
		}),
	),
	maxVideosPerExecution: guard(number('Max Videos per Execution', 10, { min: 0, step: 1 })),
	minimumBalance: guard(number('Minimum Balance (USD)', 1, { min: 0 })),
	negativePrompt: option(text('Negative Prompt', '', { max: PROMPT_MAX_LENGTH })),
	provider: option(
		choice<Provider>('Provider', 'auto', [
			{ name: 'Auto', value: 'auto', description: 'The cheapest first, others if it fails' },
			{ name: 'Official', value: 'official', description: 'Authorised channels' },
			{ name: 'Value', value: 'value', description: 'The lowest price' },
		]),
	),
	resubmitAfterUnknownOutcome: option(flag('Resubmit If Unclear', false)),
	simulate: guard(flag('Simulate', true)),
};

export type GenerateReader = Reader<typeof GENERATE>;

/** Video → Get. */
export const GET = {
	...SHARED,
	taskId: text('Task ID', '={{ $json.taskId }}', { min: 1 }),
	waitForCompletion: flag('Wait for Completion', false),
};
