import { sleep } from 'n8n-workflow';

/** Time and chance, handed in from outside so that a test of ten minutes takes milliseconds. */
export interface Clock {
	/** Ms that only go forward, even if somebody sets the system's clock: for all that is waited for. */
	now(): number;
	/** Unix ms, by the system's clock: for dates that others know, or that outlive this process. */
	date(): number;
	/** Resolves after `ms`; rejects with `Stopped` soon after the execution was stopped. */
	sleep(ms: number): Promise<void>;
	/** Aborts when the execution is stopped; missing where there is none. */
	readonly stopSignal?: AbortSignal;
	/** Aborts after `ms`, and when the execution is stopped. */
	deadline(ms: number): AbortSignal;
	/** Aborts after `ms`, whether the execution is stopped or not. */
	timeout(ms: number): AbortSignal;
	/** From 0 up to, but not including, 1. */
	random(): number;
}

/** The execution was stopped: by the user, by the workflow's time-out or by n8n shutting down. */
export class Stopped extends Error {}

/** n8n's own `sleep` takes no signal before 2.34, so it is called in slices this long. */
const SLICE_MS = 50;

/** Real time; `stopSignal` is the execution's own. */
export function systemClock(stopSignal?: AbortSignal): Clock {
	const now = () => performance.now();
	return {
		stopSignal,
		now,
		date: () => Date.now(),
		sleep: async (ms) => {
			const end = now() + ms;
			do {
				if (stopSignal?.aborted) throw new Stopped();
				await sleep(Math.min(SLICE_MS, Math.max(0, end - now())));
			} while (now() < end);
			if (stopSignal?.aborted) throw new Stopped();
		},
		deadline: (ms) => {
			const deadline = AbortSignal.timeout(Math.ceil(ms));
			return stopSignal ? AbortSignal.any([stopSignal, deadline]) : deadline;
		},
		timeout: (ms) => AbortSignal.timeout(Math.ceil(ms)),
		random: () => Math.random(),
	};
}
