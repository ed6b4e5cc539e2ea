/** What the kill matrix is made of. Each of its cells is one of each. */

/** The moments of an execution's life; moments.mts tells how to bring it there. */
export const MOMENT_TITLES = {
	first: 'before the first answer to an order',
	middle: 'in the middle of 40 orders',
	polling: 'polling',
	now: 'polling, with the time in the prompt',
	download: 'downloading',
	asleep: 'asleep',
	woken: 'after the wake',
	end: 'right after its end, while the next node runs',
} as const;
export type MomentKey = keyof typeof MOMENT_TITLES;

/** How it is ended. SIGTERM comes with videos that take longer than n8n waits for. */
export const ENDINGS = ['SIGKILL', 'SIGTERM', 'Stop', 'time-out'] as const;
export type Ending = (typeof ENDINGS)[number];

/** What is done about an execution that ended so. n8n 1.x may have run its job again before. */
export const AFTERS = ['Retry, and again', 'double click'] as const;
export type After = (typeof AFTERS)[number];

/** n8n alone, or with a worker. */
export const MODES = ['regular', 'queue'] as const;
export type Mode = (typeof MODES)[number];

/** What n8n is tried, by the first number of its version. */
export const GENERATIONS = ['1', '2'] as const;
