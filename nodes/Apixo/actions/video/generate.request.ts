import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { KLING_MODEL, type GenerateRequest, type Model } from '../../../shared/contract';
import type { Submission } from '../../tasks/job';
import { hashOf } from '../../tasks/ledger';
import { readFrames, type Frame } from './generate.images';
import type { GenerateReader } from './parameters';

/**
 * Puts the request of one item together, with the images that it checks; with a callback URL, for callback mode.
 * Throws `BadInput`.
 */
export async function readSubmission(
	context: IExecuteFunctions,
	itemIndex: number,
	read: GenerateReader,
	model: Model,
	input: GenerateRequest['input'],
	baseUrl: string,
	callbackUrl: () => string | undefined,
): Promise<Submission> {
	const frames =
		input.mode === 'image-to-video' ? await readFrames(context, itemIndex, read, baseUrl) : [];
	const provider = read.ifGiven('provider');
	const order = (images: string[]) => ({
		...(provider && { provider }),
		input: { ...input, ...(images.length > 0 && { image_urls: images }) },
	});
	return {
		model,
		duration: input.duration,
		// Without the way back: a retry may come from an execution with another address.
		// It names the model, unless it is the one that no order named while there was no other.
		hash: hashOf({
			...(model !== KLING_MODEL && { model }),
			...order(frames.map(({ identity }: Frame) => identity)),
		}),
		input: () => hashOf(inputOf(context, itemIndex)),
		request: (): GenerateRequest => {
			const url = callbackUrl();
			return {
				...(url === undefined
					? { request_type: 'async' }
					: { request_type: 'callback', callback_url: url }),
				...order(frames.map((frame) => frame.url())),
			};
		},
		resubmitAfterUnknownOutcome: read('resubmitAfterUnknownOutcome'),
	};
}

/** What was ordered, as the item tells it. */
export function orderedJson(input: GenerateRequest['input']): IDataObject {
	const { prompt, mode, duration, aspect_ratio: aspectRatio } = input;
	return { prompt, mode, duration, ...(aspectRatio && { aspectRatio }) };
}

/** What the order is made from, before expressions give the time or a random number. */
function inputOf(context: IExecuteFunctions, itemIndex: number) {
	const { json, binary = {} } = context.getInputData()[itemIndex] ?? {};
	const files = Object.entries(binary).map(([field, { fileName, mimeType, fileSize }]) => {
		return [field, fileName, mimeType, fileSize];
	});
	return [context.getNode().parameters, json, files];
}

/** All of the input but the images. What does not apply to the mode is left out. */
export function readInput(read: GenerateReader): GenerateRequest['input'] {
	const mode = read('mode');
	const input: GenerateRequest['input'] = {
		mode,
		prompt: read('prompt'),
		duration: read('duration'),
	};
	if (mode === 'text-to-video') input.aspect_ratio = read('aspectRatio');
	const negativePrompt = read('negativePrompt');
	if (negativePrompt !== '') input.negative_prompt = negativePrompt;
	const cfgScale = read.ifGiven('cfgScale');
	if (cfgScale !== undefined) input.cfg_scale = cfgScale;
	return input;
}
