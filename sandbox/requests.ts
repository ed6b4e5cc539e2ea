import { z } from 'zod';
import {
	ASPECT_RATIOS,
	CFG_SCALE,
	DURATIONS,
	MAX_BATCH_ITEMS,
	MAX_IMAGES,
	PROMPT_MAX_LENGTH,
	PROVIDERS,
	type BatchRequest,
	type Duration,
	type GenerateRequest,
	type Model,
} from '../nodes/shared/contract';
import { isLoopback } from './loopback';

const characters = (text: string) => [...text].length;

const webUrl = z
	.string()
	.refine(
		(url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
		'must be an absolute http or https URL',
	);

/** The service wants HTTPS that it can reach; on loopback, where this stand-in lives, http will do. */
const callbackUrl = webUrl.refine(
	(url) => url.startsWith('https:') || isLoopback(url),
	'must be a public HTTPS URL (or one on this machine)',
);

const onStep = (value: number) => {
	const steps = value / CFG_SCALE.step;
	return Math.abs(steps - Math.round(steps)) < 1e-9;
};

const common = {
	prompt: z
		.string()
		.refine(
			(text) => text.length > 0 && characters(text) <= PROMPT_MAX_LENGTH,
			`must have 1 to ${PROMPT_MAX_LENGTH} characters`,
		),
	duration: z.custom<Duration>(
		(value) => DURATIONS.some((duration) => duration === value),
		`must be one of the numbers ${DURATIONS.join(', ')}`,
	),
	negative_prompt: z
		.string()
		.refine(
			(text) => characters(text) <= PROMPT_MAX_LENGTH,
			`must have ${PROMPT_MAX_LENGTH} characters at most`,
		)
		.optional(),
	cfg_scale: z
		.number()
		.min(CFG_SCALE.min)
		.max(CFG_SCALE.max)
		.refine(onStep, `must be a multiple of ${CFG_SCALE.step}`)
		.optional(),
};

const klingInput = z.discriminatedUnion('mode', [
	z.strictObject({
		mode: z.literal('text-to-video'),
		aspect_ratio: z.enum(ASPECT_RATIOS).optional(),
		...common,
	}),
	z.strictObject({
		mode: z.literal('image-to-video'),
		image_urls: z.array(webUrl).min(1).max(MAX_IMAGES),
		...common,
	}),
]);

type InputSchema = z.ZodType<GenerateRequest['input']>;

/** Only the input differs from model to model. */
const INPUTS: Record<Model, InputSchema> = { 'kling-2-5-turbo-pro': klingInput };

const generateRequest = (model: Model) =>
	z.discriminatedUnion('request_type', [
		z.strictObject({
			request_type: z.literal('async'),
			provider: z.enum(PROVIDERS).optional(),
			input: INPUTS[model],
		}),
		z.strictObject({
			request_type: z.literal('callback'),
			callback_url: callbackUrl,
			provider: z.enum(PROVIDERS).optional(),
			input: INPUTS[model],
		}),
	]);

/** The body of a submission, or every rule that it breaks in one text. */
export function checkRequest(
	body: unknown,
	model: Model,
): { request: GenerateRequest } | { broken: string } {
	const checked = generateRequest(model).safeParse(body);
	return checked.success ? { request: checked.data } : { broken: brokenRules(checked.error) };
}

const someText = z.string().min(1);

const batchRequest = (model: Model) => {
	const input = INPUTS[model];
	return z.strictObject({
		items: z
			.array(z.strictObject({ client_item_id: someText, idempotency_key: someText, input }))
			.min(1)
			.max(MAX_BATCH_ITEMS)
			.refine(
				(items) => new Set(items.map(({ client_item_id }) => client_item_id)).size === items.length,
				'each item needs a client_item_id of its own',
			),
	});
};

/** The same of a batch. Its `webhook_url` is not part of the sandbox. */
export function checkBatch(
	body: unknown,
	model: Model,
): { request: BatchRequest } | { broken: string } {
	const checked = batchRequest(model).safeParse(body);
	return checked.success ? { request: checked.data } : { broken: brokenRules(checked.error) };
}

/** A failed check in one line: each place and what is wrong there. */
export function brokenRules(error: z.ZodError): string {
	return error.issues
		.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
		.join('; ');
}

/** undefined for what is no JSON. */
export function parseJson(body: Buffer): unknown {
	try {
		return JSON.parse(body.toString()) as unknown;
	} catch {
		return undefined;
	}
}

const anyRequest = z.object({ input: z.object({ prompt: z.string() }) });
const anyBatch = z.object({ items: z.array(anyRequest) });

/** The prompt of a submission, good or not; of a batch that of its first item. */
export function promptOf(body: Buffer): string | undefined {
	const parsed = parseJson(body);
	const order = anyBatch.safeParse(parsed).data?.items[0] ?? anyRequest.safeParse(parsed).data;
	return order?.input.prompt;
}
