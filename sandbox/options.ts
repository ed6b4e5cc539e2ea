import { MAX_CONCURRENT_TASKS, MAX_REQUESTS_PER_MINUTE } from '../nodes/shared/contract';
import type { BatchForm } from './batch-forms';
import type { LimiterKind } from './limiter';
import type { SandboxEvent } from './journal';
import type { Likeness } from './like';

/**
 * Every time given in an option or in a prompt is the service's time, and passes `timeScale` times
 * faster. Only `delayMs` of a fault, `Retry-After` and the pace of a slow
 * download are on the client's own clock.
 */
export interface SandboxOptions {
	/** 0 takes any free port. */
	port?: number;
	/** 20 makes tasks, the pauses between callbacks and the rate limit's minute 20 times faster. */
	timeScale?: number;
	/** Submissions and reads of one API key together; downloads and balance do not count. */
	requestsPerMinute?: number;
	/** How requests are counted: of any minute, minute by minute, or as a token bucket. */
	limiter?: LimiterKind;
	/** Whether a request that was refused counts like one that passed. */
	countsRefused?: boolean;
	/** Unfinished tasks of one API key. */
	concurrentTasks?: number;
	apiKey?: string;
	/** Keys of other accounts, each with a balance and limits of its own. */
	otherApiKeys?: readonly string[];
	/** US dollars that every account starts with. */
	balance?: number;
	/** US dollars. */
	pricePerTask?: number;
	/** The times of tasks come from a generator that starts here, so that runs repeat. */
	seed?: number;
	/** ms that every task takes, instead of the usual time of a clip. */
	taskTimeMs?: number;
	/** `Retry-After` beside 429: left out, as seconds or as a date. */
	retryAfter?: 'none' | 'seconds' | 'date';
	/** A wrong key: HTTP 401, or HTTP 200 with the 401 only in the body's `code`. */
	unauthorizedAs?: 'status' | 'body';
	/** The form of answers about batches, which nobody has published; `none`: this account has no batches. */
	batches?: BatchForm | 'none';
	/** Prints the life of tasks to the console. */
	verbose?: boolean;
	/** Answers as another service was seen to: see `npm run live`. */
	like?: Likeness;
	onEvent?: (event: SandboxEvent) => void;
}

export type Settings = Required<Omit<SandboxOptions, 'taskTimeMs' | 'like' | 'onEvent'>> &
	Pick<SandboxOptions, 'taskTimeMs' | 'like' | 'onEvent'>;

const DEFAULTS = {
	port: 0,
	timeScale: 1,
	requestsPerMinute: MAX_REQUESTS_PER_MINUTE,
	limiter: 'sliding',
	countsRefused: false,
	concurrentTasks: MAX_CONCURRENT_TASKS,
	apiKey: 'sandbox-key',
	otherApiKeys: [],
	balance: 100,
	// Play money: the default balance lasts for 5,000 tasks.
	pricePerTask: 0.02,
	seed: 1,
	retryAfter: 'none',
	unauthorizedAs: 'status',
	batches: 'items',
	verbose: false,
} as const;

/** Options with the defaults filled in; an option that is undefined counts as not given. */
export function settle(options: SandboxOptions): Settings {
	const given = Object.fromEntries(
		Object.entries(options).filter(([, value]) => value !== undefined),
	);
	const taskTimeMs = options.like?.taskTimeMs;
	const settings: Settings = { ...DEFAULTS, ...(taskTimeMs && { taskTimeMs }), ...given };
	if (!(settings.timeScale > 0)) throw new Error('timeScale must be a number above 0');
	return settings;
}
