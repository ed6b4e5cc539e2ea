import { sleep } from 'n8n-workflow';

/** Time and chance, handed in from outside so that a test of ten minutes takes milliseconds. */
export interface Clock {
	/** Unix ms. */
	now(): number;
	/** Resolves after `ms`; rejects with `Stopped` soon after the execution was stopped. */
	sleep(ms: number): Promise<void>;
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
	return {
		now: () => Date.now(),
		sleep: async (ms) => {
			const end = Date.now() + ms;
			do {
				if (stopSignal?.aborted) throw new Stopped();
				await sleep(Math.min(SLICE_MS, Math.max(0, end - Date.now())));
			} while (Date.now() < end);
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
