/**
 * The facts of the APIXO service that this package relies on, each with its source. Nothing else in
 * the package spells out a path, a limit, a state, a code or a delay of the service.
 *
 * Sources:
 * [model]   https://apixo.ai/docs/models/video/kling-2-5-turbo-pro
 * [errors]  https://apixo.ai/docs/api-reference/errors
 * [hooks]   https://apixo.ai/docs/api-reference/webhooks
 * [polling] https://apixo.ai/docs/guides/polling-vs-webhooks
 * [auth]    https://apixo.ai/docs/concepts/authentication
 * [mcp]     in the code of the vendor's own MCP server, version 0.3.2; not documented, and not tried
 * [seen]    seen in public client code, not documented
 */

/** [auth] */
export const DEFAULT_BASE_URL = 'https://api.apixo.ai/api/v1';

/** Where the vendor shows what a video costs; no price is part of its documentation. [seen] */
export const PRICES_PAGE = 'https://apixo.ai/pricing';

/** Where the vendor tells how to get a key. [auth] */
export const KEYS_PAGE = 'https://apixo.ai/docs/concepts/authentication';

/** The IDs of the models of this package, which are part of all paths of tasks. [model] */
export const MODELS = ['kling-2-5-turbo-pro'] as const;
export type Model = (typeof MODELS)[number];

export function isModel(value: unknown): value is Model {
	return MODELS.some((model) => model === value);
}

/** Kling 2.5 Turbo Pro: what is meant where no model is named. [model] */
export const KLING_MODEL: Model = 'kling-2-5-turbo-pro';

/** Paths below the base URL. A task is read under the model that it was submitted with. [model] [system] */
export const PATHS = {
	submit: (model: string) => `/generateTask/${model}`,
	read: (model: string) => `/statusTask/${model}`,
	balance: '/apikeys/current-balance',
	/** A second way to order, with idempotency keys. [mcp] */
	submitBatch: (model: string) => `/generateTask/${model}/batches`,
	readBatch: (model: string, batchId: string) =>
		`/generateTask/${model}/batches/${encodeURIComponent(batchId)}`,
} as const;

/** Carries the key of a batch: the same one only for the same batch once more. [mcp] */
export const BATCH_KEY_HEADER = 'Idempotency-Key';

/** Characters. Nobody has published a limit; other services take 255, and the header adds a prefix. */
export const IDEMPOTENCY_KEY_MAX_LENGTH = 200;

/** [mcp] */
export const MAX_BATCH_ITEMS = 50;

/** The balance is in US dollars. [system] */
export const BALANCE_CURRENCY = 'USD';

/** [model] */
export const MODES = ['text-to-video', 'image-to-video'] as const;
export type Mode = (typeof MODES)[number];

/** Seconds. On the wire a number, never a string. [model] */
export const DURATIONS = [5, 10] as const;
export type Duration = (typeof DURATIONS)[number];

/** Text-to-video only. [model] */
export const ASPECT_RATIOS = ['16:9', '9:16', '1:1'] as const;
export type AspectRatio = (typeof ASPECT_RATIOS)[number];

/** `auto`: cheapest first, fails over; `value`: lowest price; `official`: authorised channels. [model] */
export const PROVIDERS = ['auto', 'value', 'official'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Characters, for the prompt and for the negative prompt. [model] */
export const PROMPT_MAX_LENGTH = 2500;

/** [model] */
export const CFG_SCALE = { min: 0, max: 1, step: 0.1 } as const;

/** Start frame, then end frame. [model] */
export const MAX_IMAGES = 2;

/** [model] */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export const IMAGE_TYPE_NAMES = 'JPG, PNG or WebP';
export const IMAGE_MAX_BYTES = 10 * 1024 * 1024;
export const IMAGE_MAX_SIZE_NAME = '10 MB';

/** The limits of an account on this model; smaller plans have smaller ones. [model] */
export const MAX_CONCURRENT_TASKS = 1000;
export const MAX_REQUESTS_PER_MINUTE = 10_000;

/** Another page speaks of plans with smaller limits: Free, Pro. [errors] */
export const SMALL_PLANS = [
	{ concurrentTasks: 3, requestsPerMinute: 10 },
	{ concurrentTasks: 10, requestsPerMinute: 60 },
] as const;

/** "Wait 30 s, then poll every 5 s": other pages speak of other times, for video in general. Milliseconds. [model] */
export const INITIAL_DELAY_MS = 30_000;
export const POLL_INTERVAL_MS = 5_000;

/** How long a clip of so many seconds usually takes. Milliseconds, shortest and longest. [model] */
export const USUAL_TIME_MS: Readonly<
	Record<Model, Readonly<Record<Duration, readonly [number, number]>>>
> = {
	'kling-2-5-turbo-pro': { 5: [30_000, 45_000], 10: [45_000, 60_000] },
};

/** A callback has to be answered within this time, with 200. Milliseconds. [hooks] */
export const CALLBACK_ANSWER_WITHIN_MS = 30_000;

/** A callback that was not answered so is sent again after these pauses. Milliseconds. [hooks] */
export const CALLBACK_RETRY_DELAYS_MS = [30_000, 120_000, 600_000] as const;

/** Result URLs live for 15 days by the model's page, for 24 hours by a general one. [model] */
export const RESULT_URL_LIFE = '24 hours to 15 days';

/** `code` of the envelope when all went well. [response] */
export const CODE_OK = 200;

/** States of a task that still runs: the two documented ones, and one that was [seen]. [status] */
export const RUNNING_STATES = ['pending', 'processing', 'processing_r2'] as const;

/** Only these two states are final: those above and whatever else comes mean "keep waiting". [status] */
export const FINAL_STATES = ['success', 'failed'] as const;
export type FinalState = (typeof FINAL_STATES)[number];

/** Words for them, in lower case: sister services say `fail`, and write states in any case. [status] [sister] */
export const FINAL_STATE_WORDS: ReadonlyMap<string, FinalState> = new Map([
	['success', 'success'],
	['failed', 'failed'],
	['fail', 'failed'],
]);

/** Instead of a 404: the task id is wrong, or too old. Documented on the page of another model. */
export const UNKNOWN_TASK_CODE = 'TASKID_ERROR';

/** What a submission sends. Fields that do not apply are left out, not sent empty. [model] */
export interface GenerateRequest {
	request_type: 'async' | 'callback';
	callback_url?: string;
	provider?: Provider;
	input: {
		mode: Mode;
		prompt: string;
		duration: Duration;
		aspect_ratio?: AspectRatio;
		image_urls?: string[];
		negative_prompt?: string;
		cfg_scale?: number;
	};
}

/** What a batch sends: always asynchronous, without a provider and without a callback of a task. [mcp] */
export interface BatchRequest {
	items: Array<{
		/** Tells the item within its batch. */
		client_item_id: string;
		/** The account orders one item for it, ever. */
		idempotency_key: string;
		input: GenerateRequest['input'];
	}>;
}

/**
 * What a read answers under `data`, and a callback carries. Times are Unix ms, `costTime` is ms of
 * processing. `resultJson` is a JSON string that holds `{ resultUrls }`; an object and an empty
 * string have been [seen] too, and more: see result-urls.ts. [status]
 */
export interface TaskData {
	taskId: string;
	state: string;
	createTime?: number;
	completeTime?: number;
	costTime?: number;
	resultJson?: string | { resultUrls?: string[] };
	failCode?: string;
	failMsg?: string;
}

/** Around every answer and every callback. [response] */
export interface Envelope<Data> {
	code: number;
	message: string;
	data: Data;
}
