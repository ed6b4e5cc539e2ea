import {
	CALLBACK_ANSWER_WITHIN_MS,
	CALLBACK_RETRY_DELAYS_MS,
	type TaskData,
} from '../nodes/shared/contract';
import { ok } from './answer';
import { type Faults } from './faults';
import type { Journal } from './journal';
import type { Like } from './like';
import { isLoopback } from './loopback';
import { post } from './post';
import { taskData, type CallbackAttempt, type RunningTask } from './task';
import type { Timers } from './timers';

const UNKNOWN_TASK = 'task_that_nobody_knows';

interface Surroundings {
	timers: Timers;
	journal: Journal;
	faults: Faults;
	like?: Like;
	closing: AbortSignal;
}

/** Tells clients that their tasks have ended, as the service does: until it is answered 200. */
export class Callbacks {
	constructor(private readonly around: Surroundings) {}

	/** The task has ended, with all that its prompt wants of the callback. */
	async taskEnded(task: RunningTask): Promise<void> {
		const { callback_url: url } = task.request;
		const { script } = task;
		if (url === undefined || script.noCallback) return;
		if (script.callbackLate !== undefined) await this.around.timers.pause(script.callbackLate);
		if (script.callbackForged !== undefined) {
			await this.attempt(task, url, ok(this.forgery(task)), 'forged');
		}
		// Sent early already: what is owed to it are retries, and those it has had.
		const early = task.callbacks.some(({ why }) => why === 'early');
		if (!early) await this.deliver(task, url, 'end', ok(this.data(task)));
		for (let sent = 1; sent < (script.callbacks ?? 1); sent++) {
			await this.attempt(task, url, ok(this.data(task)), 'duplicate');
		}
	}

	/** Claims the end of a task that still runs: `ended` is what it will look like. */
	async beforeEnd(task: RunningTask, ended: RunningTask): Promise<void> {
		const { callback_url: url } = task.request;
		if (url === undefined || task.script.noCallback) return;
		await this.deliver(task, url, 'early', ok(this.data(ended)));
	}

	/** Sends the task's callback again, as it stands now. */
	async again(task: RunningTask, url: string, times: number): Promise<CallbackAttempt[]> {
		const attempts: CallbackAttempt[] = [];
		for (let sent = 0; sent < times; sent++) {
			attempts.push(await this.attempt(task, url, ok(this.data(task)), 'asked'));
		}
		return attempts;
	}

	/** Sends any body to a URL on this machine, as a stranger could. */
	async forge(url: string, body: unknown): Promise<CallbackAttempt> {
		return await this.attempt(undefined, url, body, 'forged');
	}

	private data(task: RunningTask): TaskData {
		return taskData(task, task.origin);
	}

	private forgery(task: RunningTask): TaskData {
		if (task.script.callbackForged === 'task') return { ...this.data(task), taskId: UNKNOWN_TASK };
		const state = task.state === 'failed' ? 'success' : 'failed';
		return this.data({ ...task, state, failCode: 'FORGED', failMsg: 'This callback is a forgery' });
	}

	private async deliver(
		task: RunningTask,
		url: string,
		first: CallbackAttempt['why'],
		body: unknown,
	): Promise<void> {
		if ((await this.attempt(task, url, body, first)).taken || !isLoopback(url)) return;
		for (const delay of CALLBACK_RETRY_DELAYS_MS) {
			await this.around.timers.pause(delay);
			if ((await this.attempt(task, url, body, 'retry')).taken) return;
		}
		this.around.journal.note('callback', 'callback given up', task.id);
	}

	private async attempt(
		task: RunningTask | undefined,
		url: string,
		body: unknown,
		why: CallbackAttempt['why'],
	): Promise<CallbackAttempt> {
		const { timers, journal, faults, like, closing } = this.around;
		const attempt: CallbackAttempt = { at: Date.now(), why, url, status: null, taken: false };
		task?.callbacks.push(attempt);
		journal.callbackAttempts++;
		if (isLoopback(url)) {
			const subject = { taskId: task?.id, prompt: () => task?.request.input.prompt };
			const hit = faults.take('callback', subject);
			if (hit?.fault.kind === 'slow') await timers.pauseReal(hit.fault.delayMs ?? 1_000);
			const withinMs = timers.scaled(CALLBACK_ANSWER_WITHIN_MS);
			const own = { url, body };
			const sent = why === 'forged' ? own : (like?.callback(url, body) ?? own);
			const how = { fault: hit?.fault, withinMs, closing };
			Object.assign(attempt, await post(sent.url, sent.body, how));
			if (hit) attempt.note = `fault ${hit.fault.kind}${attempt.note ? `: ${attempt.note}` : ''}`;
			attempt.taken = attempt.status === 200;
		} else {
			attempt.note = 'not on this machine: not contacted';
		}
		const outcome = attempt.note ?? `answered ${attempt.status}`;
		journal.note('callback', `callback (${why}) to ${url}: ${outcome}`, task?.id);
		return attempt;
	}
}
