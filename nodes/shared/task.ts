import type { IDataObject } from 'n8n-workflow';

import { FINAL_STATE_WORDS, type Model } from './contract';
import { failCodeFromWire } from './envelope';
import { isRecord } from './is-record';
import { resultUrlsFromWire } from './result-urls';
import { taskIdFromWire } from './task-id';
import { excerptOf, shorten, wordsIn } from './words';

/** A state is a word; a sentence is no state. Characters. */
const LONGEST_STATE = 100;

/** All that it takes to read a task: it is known under its own model alone. */
export interface TaskRef {
	taskId: string;
	model: Model;
}

/** Unix ms; `costTime` is ms of processing. Missing where the service sent none. */
interface Times {
	createTime?: number;
	completeTime?: number;
	costTime?: number;
}

/** Submitted and not ended: `state` is any word but the two final ones. */
export interface RunningTask extends Times {
	taskId: string;
	ended: false;
	state: string;
}

/** Ended well. `resultUrls` may be empty, when the service says success but names no clip. */
export interface SucceededTask extends Times {
	taskId: string;
	ended: true;
	state: 'success';
	resultUrls: string[];
	/** What came where links belong, shortened: all that there is of a clip without a link. */
	resultExcerpt?: string;
}

export interface FailedTask extends Times {
	taskId: string;
	ended: true;
	state: 'failed';
	failCode?: string;
	failMsg?: string;
}

export type EndedTask = SucceededTask | FailedTask;
export type Task = RunningTask | EndedTask;

/**
 * The one way from the wire to a task: `data` of a read about the task `taskId`.
 * Undefined when it is no task, or another one than asked for.
 */
export function taskFromWire(taskId: string, data: unknown): Task | undefined {
	if (!isRecord(data) || typeof data.state !== 'string' || data.state === '') return undefined;
	if (data.taskId !== undefined && taskIdFromWire(data) !== taskId) return undefined;
	const times: Times = {
		createTime: numberOrNothing(data.createTime),
		completeTime: numberOrNothing(data.completeTime),
		costTime: numberOrNothing(data.costTime),
	};
	const state = FINAL_STATE_WORDS.get(data.state.trim().toLowerCase());
	if (state === undefined) {
		return { taskId, ended: false, state: shorten(data.state, LONGEST_STATE), ...times };
	}
	if (state === 'success') {
		const resultUrls = resultUrlsFromWire(data);
		if (resultUrls.length > 0) return { taskId, ended: true, state, resultUrls, ...times };
		const resultExcerpt = excerptOf(data.resultJson);
		return { taskId, ended: true, state, resultUrls, resultExcerpt, ...times };
	}
	const failCode = failCodeFromWire(data.failCode);
	return { taskId, ended: true, state, failCode, failMsg: wordsIn(data), ...times };
}

/** Whether all is there that a task comes to: a success that names no clip yet counts as running. */
export function isSettled(task: Task): task is EndedTask {
	return task.ended && (task.state === 'failed' || task.resultUrls.length > 0);
}

/** What every video operation and the trigger put into an item; what the service left out stays out. */
export function taskToJson(task: Task): IDataObject {
	const { taskId, state, createTime, completeTime, costTime } = task;
	const json: IDataObject = { taskId, state };
	if (task.state === 'success' && task.ended) {
		Object.assign(json, { videoUrl: task.resultUrls[0], resultUrls: task.resultUrls });
	}
	if (task.state === 'failed' && task.ended) {
		Object.assign(json, { failCode: task.failCode, failMsg: task.failMsg });
	}
	Object.assign(json, { createTime, completeTime, costTime });
	return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));
}

/** A task that was submitted and not looked at yet. */
export function pendingJson(taskId: string): IDataObject {
	return { taskId, state: 'pending' };
}

function numberOrNothing(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
