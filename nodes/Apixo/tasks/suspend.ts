import type { IDataObject } from 'n8n-workflow';

import type { Service } from '../../shared/service';
import { isSettled, pendingJson, type EndedTask } from '../../shared/task';

/** The name in a resume URL's query for a token of ours: up to n8n 2.13 that URL has none of its own. */
export const TOKEN_PARAMETER = 'apixo_token';

/** Reads under way at once while the end is looked for. */
const READS_AT_ONCE = 50;

/** What a sleeping execution remembers of one item. Plain JSON, like all of this. */
export interface SleepingItem {
	taskId?: string;
	/** Why the item has no task. */
	error?: string;
	/** The binary field for the clip. */
	downloadField?: string;
	/** The item's own json, for a retry: while it sleeps, the item shows its task. */
	input: IDataObject;
}

/** What the node's execution context keeps for the callbacks. */
export interface Suspension {
	executionId: string;
	runIndex: number;
	/** Only this sleep's callbacks carry it. */
	token: string;
	/** Unix ms; a callback that comes later wakes nothing. Set when all are submitted. */
	callbacksUntil?: number;
	/** Empty until all are submitted. */
	items: SleepingItem[];
}

/** What an item shows while its execution sleeps, and if the deadline passes. */
export function sleepingJson({ taskId, error }: SleepingItem): IDataObject {
	return taskId === undefined ? { error } : pendingJson(taskId);
}

/** What a look at all tasks of a sleeping execution came to. */
export type EndSearch =
	| { kind: 'ended'; tasks: Map<string, EndedTask> }
	/** At least one task still runs, so its callback is still to come. */
	| { kind: 'open' }
	/** The service cannot tell now. */
	| { kind: 'unreadable' };

/**
 * Looks for a task that has not ended, and stops at the first. Nothing can be saved between callbacks, so
 * each starts at a random task: over all callbacks that is near n log n reads for n tasks. While none is
 * found, more are read at once, because the answer is due in 30 s.
 */
export async function searchEnd(
	service: Service,
	known: EndedTask,
	taskIds: string[],
	random: () => number,
): Promise<EndSearch> {
	const tasks = new Map<string, EndedTask>([[known.taskId, known]]);
	const others = shuffled(
		taskIds.filter((taskId) => taskId !== known.taskId),
		random,
	);
	while (others.length > 0) {
		const next = others.splice(0, Math.min(READS_AT_ONCE, Math.max(1, Math.floor(tasks.size / 4))));
		const answers = await Promise.all(next.map(async (taskId) => await service.read(taskId)));
		for (const answer of answers) {
			if (answer.kind !== 'task') return { kind: 'unreadable' };
			if (!isSettled(answer.task)) return { kind: 'open' };
			tasks.set(answer.task.taskId, answer.task);
		}
	}
	return { kind: 'ended', tasks };
}

/** Fisher and Yates's shuffle. */
function shuffled<Value>(values: Value[], random: () => number): Value[] {
	for (let last = values.length - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		const [a, b] = [values[last], values[other]] as [Value, Value];
		values[last] = b;
		values[other] = a;
	}
	return values;
}
