import { isRecord } from './is-record';
import { taskIdFromWire } from './task-id';

/** The task that a callback's body speaks of, and its raw data; undefined if the body is no callback. */
export function readCallback(body: unknown): { taskId: string; data: unknown } | undefined {
	const data = isRecord(body) ? body.data : undefined;
	const taskId = taskIdFromWire(data);
	if (taskId === undefined || !isRecord(data) || typeof data.state !== 'string') return undefined;
	return { taskId, data };
}
