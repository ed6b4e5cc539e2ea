import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	ASPECT_RATIOS,
	CFG_SCALE,
	DURATIONS,
	MODES,
	PROMPT_MAX_LENGTH,
	PROVIDERS,
	type GenerateRequest,
} from '../../../shared/contract';
import { boolean, choice, number, text } from '../../tasks/check';
import type { Submission } from '../../tasks/job';
import { hashOf } from '../../tasks/ledger';
import { readFrames, type Frame } from './generate.images';
import { LABELS } from './labels';
import type { Read } from './parameters';

/**
 * Checks the parameters of one item and puts its request together; with `callbackUrl`, for callback mode.
 * Throws `BadInput`.
 */
export async function readSubmission(
	context: IExecuteFunctions,
	itemIndex: number,
	read: Read,
	options: IDataObject,
	baseUrl: string,
	callbackUrl?: string,
): Promise<Submission> {
	const input = readInput(read, options);
	const frames =
		input.mode === 'image-to-video' ? await readFrames(context, itemIndex, read, baseUrl) : [];
	const provider =
		options.provider === undefined
			? undefined
			: choice(LABELS.provider, options.provider, PROVIDERS);
	const order = (images: string[]) => ({
		...(provider && { provider }),
		input: { ...input, ...(images.length > 0 && { image_urls: images }) },
	});
	return {
		// Without the way back: a retry may come from an execution with another address.
		hash: hashOf(order(frames.map(({ identity }: Frame) => identity))),
		request: (): GenerateRequest => ({
			...(callbackUrl === undefined
				? { request_type: 'async' }
				: { request_type: 'callback', callback_url: callbackUrl }),
			...order(frames.map((frame) => frame.url())),
		}),
		resubmitAfterUnknownOutcome: boolean(
			LABELS.resubmitAfterUnknownOutcome,
			options.resubmitAfterUnknownOutcome ?? false,
		),
	};
}

/** All of the input but the images. What does not apply to the mode is left out. */
function readInput(read: Read, options: IDataObject): GenerateRequest['input'] {
	const mode = choice(LABELS.mode, read('mode', 'text-to-video'), MODES);
	const prompt = text(LABELS.prompt, read('prompt', ''), { min: 1, max: PROMPT_MAX_LENGTH });
	const duration = choice(LABELS.duration, read('duration', 5), DURATIONS);
	const input: GenerateRequest['input'] = { mode, prompt, duration };
	if (mode === 'text-to-video') {
		input.aspect_ratio = choice(LABELS.aspectRatio, read('aspectRatio', '16:9'), ASPECT_RATIOS);
	}
	const negativePrompt = text(LABELS.negativePrompt, options.negativePrompt ?? '', {
		max: PROMPT_MAX_LENGTH,
	});
	if (negativePrompt.trim() !== '') input.negative_prompt = negativePrompt;
	if (options.cfgScale !== undefined) {
		input.cfg_scale = number(LABELS.cfgScale, options.cfgScale, CFG_SCALE);
	}
	return input;
}
