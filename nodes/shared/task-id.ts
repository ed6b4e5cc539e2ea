import { isRecord } from './is-record';

/** Ids of tasks are opaque and short; a text this long is none. Characters. */
const MAX_TASK_ID_LENGTH = 300;

/**
 * The task id that `data` of an answer or of a callback names, as it came; undefined when it names none.
 * The one reader of task ids: what one place takes for an id, no other may refuse. A number too large to
 * be told exactly is none, because nobody could ask for that task.
 */
export function taskIdFromWire(data: unknown): string | undefined {
	const taskId = isRecord(data) ? data.taskId : undefined;
	if (typeof taskId === 'number') return Number.isSafeInteger(taskId) ? String(taskId) : undefined;
	if (typeof taskId !== 'string' || taskId.trim() === '') return undefined;
	return taskId.length <= MAX_TASK_ID_LENGTH ? taskId : undefined;
}
