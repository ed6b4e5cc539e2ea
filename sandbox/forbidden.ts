import { z } from 'zod';
import { DURATIONS } from '../nodes/shared/contract';
import type { Call } from './answer';
import { parseJson } from './requests';

/** Orders that the documentation forbids, by the rule that they break. */
export type ForbiddenKind = 'refusedDuration' | 'refusedPrompt' | 'refusedImage';

const order = z
	.object({
		input: z
			.object({ duration: z.unknown(), prompt: z.unknown(), image_urls: z.array(z.unknown()) })
			.partial()
			.passthrough(),
	})
	.passthrough();

/** The rule that an order breaks; undefined for one that is no order, or breaks none of these. */
export function forbiddenIn(body: unknown): ForbiddenKind | undefined {
	const input = order.safeParse(body).data?.input;
	if (input === undefined) return undefined;
	if (DURATIONS.every((duration) => duration !== input.duration)) return 'refusedDuration';
	if (typeof input.prompt !== 'string' || input.prompt === '') return 'refusedPrompt';
	const isUrl = (image: unknown) => typeof image === 'string' && URL.canParse(image);
	return input.image_urls?.every(isUrl) === false ? 'refusedImage' : undefined;
}

/** The body of a forbidden order, mended, for a service that takes it: a task comes of it all the same. */
export function mended({ body, headers }: Call): Buffer {
	const whole = order.parse(parseJson(body));
	const { input } = whole;
	const good = {
		...input,
		duration: DURATIONS.find((duration) => duration === input.duration) ?? DURATIONS[0],
		prompt: input.prompt || 'No prompt',
		...(input.image_urls && {
			image_urls: [`http://${String(headers.host)}/images/start.png`],
		}),
	};
	return Buffer.from(JSON.stringify({ ...whole, input: good }));
}
