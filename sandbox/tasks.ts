import { randomBytes } from 'node:crypto';
import {
	USUAL_TIME_MS,
	type Duration,
	type FinalState,
	type GenerateRequest,
	type Model,
} from '../nodes/shared/contract';
import type { Callbacks } from './callbacks';
import { fetchImage } from './images';
import type { Journal } from './journal';
import type { Settings } from './options';
import type { PromptScript } from './prompt-script';
import type { RunningTask } from './task';
import type { Timers } from './timers';

/** Shares of a task's time: how long it is `pending`, and when a second round begins. */
const PENDING_SHARE = 0.1;
const SECOND_ROUND_SHARE = 0.6;

/** How many tasks have a second round. */
const SECOND_ROUND_CHANCE = 0.2;

/** What the service says to a fail code; codes beyond these get a text that names them. */
const FAIL_MESSAGES: Readonly<Record<string, string>> = {
	CONTENT_VIOLATION: 'Content violates usage policy',
	GENERATION_FAILED: 'The generation failed',
	IMAGE_DOWNLOAD_FAILED: 'The image could not be downloaded',
	IMAGE_TOO_LARGE: 'The image is too large',
	UNSUPPORTED_FORMAT: 'The format of the image is not supported',
};

type Acceptance = Pick<
	RunningTask,
	'account' | 'origin' | 'model' | 'request' | 'script' | 'idempotencyKey'
>;

interface Surroundings {
	settings: Settings;
	timers: Timers;
	journal: Journal;
	callbacks: Callbacks;
	random: () => number;
	closing: AbortSignal;
}

/** Every task, and what time does to it: one timer at a time for each, no work per tick. */
export class Tasks {
	readonly all: RunningTask[] = [];

	private readonly byId = new Map<string, RunningTask>();

	constructor(private readonly around: Surroundings) {}

	get(id: string): RunningTask | undefined {
		return this.byId.get(id);
	}

	/** Creates and charges a task. From here on it counts as running. */
	accept({ account, origin, model, request, script, idempotencyKey }: Acceptance): RunningTask {
		const { settings, journal } = this.around;
		const now = Date.now();
		const amount = settings.pricePerTask;
		const { duration, mode } = request.input;
		const task: RunningTask = {
			id: `task_${randomBytes(8).toString('hex')}`,
			apiKey: account.apiKey,
			account,
			origin,
			script,
			nth: this.all.length,
			model,
			request,
			...(idempotencyKey !== undefined && { idempotencyKey }),
			state: 'pending',
			states: [{ state: 'pending', at: now }],
			charge: { amount, at: now },
			createTime: now,
			costTime: this.timeOf(model, request, script),
			reads: 0,
			downloads: 0,
			images: [],
			callbacks: [],
		};
		this.all.push(task);
		this.byId.set(task.id, task);
		account.charge(amount);
		account.running++;
		journal.maxConcurrent = Math.max(journal.maxConcurrent, account.running);
		journal.note(
			'submitted',
			`submitted: ${mode}, ${duration} s, takes ${task.costTime} ms`,
			task.id,
		);
		journal.note('charged', `charged $${amount}, $${account.balance} left`, task.id);
		this.begin(task);
		return task;
	}

	/** ms of the service's time. Drawn for every task, so that one script shifts no other task. */
	private timeOf(model: Model, request: GenerateRequest, script: PromptScript): number {
		const usual = usualTimeMs(model, request.input.duration, this.around.random());
		return script.takes ?? this.around.settings.taskTimeMs ?? usual;
	}

	private begin(task: RunningTask): void {
		const { timers, random } = this.around;
		const secondRound = random() < SECOND_ROUND_CHANCE && task.script.state === undefined;
		const share = (from: number, to: number) => task.costTime * (to - from);
		const life = async () => {
			await timers.pause(share(0, PENDING_SHARE));
			this.enter(task, task.script.state ?? 'processing');
			const images = this.fetchImages(task);
			if (task.script.callbackEarly)
				timers.after(share(PENDING_SHARE, 0.5), () => this.early(task));
			if (task.script.neverEnds) return;
			const untilEnd = async () => {
				await timers.pause(share(PENDING_SHARE, SECOND_ROUND_SHARE));
				if (secondRound && task.completeTime === undefined) this.enter(task, 'processing_r2');
				await timers.pause(share(SECOND_ROUND_SHARE, 1));
			};
			// A bad image ends the task at once; good ones may take longer than the clip.
			const failCode =
				(await Promise.race([untilEnd(), images.then((code) => code ?? never())])) ??
				(await images) ??
				task.script.fail;
			this.end(task, failCode);
		};
		void life();
	}

	/** The fail code of the first image that will not do. */
	private async fetchImages(task: RunningTask): Promise<string | undefined> {
		const { journal, closing } = this.around;
		for (const url of task.request.input.image_urls ?? []) {
			const image = await fetchImage(url, closing);
			task.images.push(image);
			const seen = image.contacted ? (image.failCode ?? `${image.type}, ${image.bytes} bytes`) : '';
			journal.note('image', `image ${url}: ${seen || 'elsewhere, believed unseen'}`, task.id);
			if (image.failCode !== undefined) return image.failCode;
		}
		return undefined;
	}

	private enter(task: RunningTask, state: string): void {
		task.state = state;
		task.states.push({ state, at: Date.now() });
		this.around.journal.note('state', state, task.id);
	}

	private end(task: RunningTask, failCode: string | undefined): void {
		const { journal, callbacks } = this.around;
		task.account.running--;
		Object.assign(task, this.ending(failCode));
		this.enter(task, task.state);
		if (failCode !== undefined) {
			task.charge.refundedAt = Date.now();
			task.account.refund(task.charge.amount);
			journal.note('refunded', `${failCode}: $${task.charge.amount} given back`, task.id);
		}
		void callbacks.taskEnded(task);
	}

	private ending(failCode: string | undefined) {
		const state: FinalState = failCode === undefined ? 'success' : 'failed';
		if (failCode === undefined) return { state, completeTime: Date.now() };
		const failMsg = FAIL_MESSAGES[failCode] ?? `The task failed: ${failCode}`;
		return { state, completeTime: Date.now(), failCode, failMsg };
	}

	private early(task: RunningTask): void {
		if (task.completeTime !== undefined) return;
		void this.around.callbacks.beforeEnd(task, { ...task, ...this.ending(task.script.fail) });
	}
}

/** What a clip of so many seconds may take; `random` is from 0 up to 1. */
export function usualTimeMs(model: Model, duration: Duration, random: number): number {
	const [shortest, longest] = USUAL_TIME_MS[model][duration];
	return Math.round(shortest + random * (longest - shortest));
}

/** One for each task: a shared one would remember every task that waited for it. */
const never = async () => await new Promise<undefined>(() => {});
