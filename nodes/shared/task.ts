import type { IDataObject } from 'n8n-workflow';

import { FINAL_STATES, type FinalState } from './contract';
import { isRecord } from './is-record';
import { taskIdFromWire } from './task-id';
import { isHttpUrl } from './urls';

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
	if (!isFinal(data.state)) return { taskId, ended: false, state: data.state, ...times };
	if (data.state === 'success') {
		const resultUrls = resultUrlsFromWire(data.resultJson);
		return { taskId, ended: true, state: data.state, resultUrls, ...times };
	}
	return {
		taskId,
		ended: true,
		state: data.state,
		failCode: textOrNothing(data.failCode),
		failMsg: textOrNothing(data.failMsg),
		...times,
	};
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

function isFinal(state: string): state is FinalState {
	return FINAL_STATES.some((final) => final === state);
}

/** `resultJson` is a JSON string by the documentation; an object and an empty string were seen. */
function resultUrlsFromWire(resultJson: unknown): string[] {
	let result = resultJson;
	if (typeof resultJson === 'string') {
		try {
			result = JSON.parse(resultJson);
		} catch {
			return [];
		}
	}
	const urls = isRecord(result) ? result.resultUrls : undefined;
	return Array.isArray(urls) ? urls.filter(isHttpUrl) : [];
}

function numberOrNothing(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function textOrNothing(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
