import type { GenerateRequest, Model, TaskData } from '../nodes/shared/contract';
import type { Account } from './account';
import { CLIPS_PATH } from './clips';
import type { PromptScript } from './prompt-script';

/** One try to deliver a callback. Times in Unix ms; `status` is null when no answer came. */
export interface CallbackAttempt {
	at: number;
	why: 'end' | 'early' | 'retry' | 'duplicate' | 'forged' | 'asked';
	url: string;
	status: number | null;
	/** Answered 200 in time. */
	taken: boolean;
	note?: string;
}

/** What came of fetching one image. `type` is read from the bytes, not from the header. */
export interface ImageDownload {
	url: string;
	/** false for a URL beyond this machine, which is believed unseen. */
	contacted: boolean;
	status?: number;
	bytes?: number;
	type?: string;
	failCode?: string;
}

/** A task as a test sees it. Times are Unix ms on the client's clock, money is US dollars. */
export interface SandboxTask {
	id: string;
	apiKey: string;
	model: Model;
	request: GenerateRequest;
	/** Of a task that was ordered by a batch. */
	idempotencyKey?: string;
	state: string;
	/** Every state so far, with when it began. */
	states: Array<{ state: string; at: number }>;
	charge: { amount: number; at: number; refundedAt?: number };
	createTime: number;
	completeTime?: number;
	/** ms of the service's time. */
	costTime: number;
	failCode?: string;
	failMsg?: string;
	reads: number;
	downloads: number;
	images: ImageDownload[];
	callbacks: CallbackAttempt[];
}

/** A task as the sandbox holds it. */
export interface RunningTask extends SandboxTask {
	account: Account;
	/** Where its client reached the sandbox: a container knows this machine by another name. */
	origin: string;
	script: PromptScript;
	/** Counted from 0: its clip's look. */
	nth: number;
}

/** A copy for the outside, without what only the sandbox needs. */
export function snapshot(task: RunningTask): SandboxTask {
	const shown: SandboxTask & Partial<RunningTask> = { ...task };
	delete shown.account;
	delete shown.origin;
	delete shown.script;
	delete shown.nth;
	return structuredClone(shown);
}

/** How clip `index` of a task is called: the first by the task's id alone. */
const clipName = (taskId: string, index: number) =>
	`${taskId}${index === 0 ? '' : `-${index + 1}`}.mp4`;

/** The task id and the index in a clip's path; undefined when it is no clip's path. */
export function parseClipPath(path: string): { taskId: string; index: number } | undefined {
	const [, taskId, number] = /^([^/]+?)(?:-(\d+))?\.mp4$/.exec(path.slice(CLIPS_PATH.length)) ?? [];
	return taskId === undefined ? undefined : { taskId, index: Number(number ?? 1) - 1 };
}

export const clipCount = (task: RunningTask) => task.script.clips ?? 1;

/** What a read answers and a callback carries. `origin` is where the clips are served. */
export function taskData(task: RunningTask, origin: string): TaskData {
	const { id, state, createTime, completeTime, script } = task;
	const data: TaskData = { taskId: id, state, createTime };
	if (completeTime === undefined) return data;
	data.completeTime = completeTime;
	if (!script.noCostTime) data.costTime = task.costTime;
	if (state === 'failed') return { ...data, failCode: task.failCode, failMsg: task.failMsg };
	const urls = Array.from(
		{ length: clipCount(task) },
		(_, index) => `${origin}${CLIPS_PATH}${clipName(id, index)}`,
	);
	return { ...data, ...result(urls, script.result) };
}

function result(urls: string[], form: PromptScript['result']): Pick<TaskData, 'resultJson'> {
	const whole = JSON.stringify({ resultUrls: urls });
	switch (form) {
		case 'object':
			return { resultJson: { resultUrls: urls } };
		case 'empty':
			return { resultJson: '' };
		case 'broken':
			return { resultJson: whole.slice(0, -2) };
		case 'missing':
			return {};
		case 'no-urls':
			return { resultJson: JSON.stringify({ resultUrls: [] }) };
		default:
			return { resultJson: whole };
	}
}
