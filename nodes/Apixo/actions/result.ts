import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Others, Problem } from '../../shared/errors';
import { pendingJson, taskToJson } from '../../shared/task';
import type { Outcome } from '../tasks/job';

/** What an operation gives for one input item. */
export type ItemResult =
	| { kind: 'item'; json: IDataObject; binary?: IBinaryKeyData; taskId?: string }
	/** With a task id if the task may still end well. */
	| { kind: 'problem'; problem: Problem; taskId?: string }
	/** Not finished, because another item's problem ended the node. */
	| { kind: 'left'; taskId?: string };

/** What a run of jobs gives. */
export type RunResult =
	/** One result per input item, in order. */
	| { kind: 'results'; results: ItemResult[] }
	/** Of the whole run, which no single item has. */
	| { kind: 'problem'; problem: Problem };

/** What an operation gives. */
export type OperationResult =
	| RunResult
	/** The execution is suspended, and keeps these. */
	| { kind: 'suspended'; items: INodeExecutionData[] };

/** What became of a job, as the item's result. */
export function toResult(outcome: Outcome): ItemResult {
	switch (outcome.kind) {
		case 'submitted':
			return { kind: 'item', json: pendingJson(outcome.taskId), taskId: outcome.taskId };
		case 'task': {
			const { task, downloaded } = outcome;
			const downloadError = downloaded?.downloadError;
			const json = { ...taskToJson(task), ...(downloadError && { downloadError }) };
			return { kind: 'item', json, binary: downloaded?.binary, taskId: task.taskId };
		}
		default:
			return outcome;
	}
}

/** What an item holds beside its task. */
export interface Beside {
	/** The fields of its input item that it is to keep. */
	input?: IDataObject;
	/** What was ordered, where that is known. */
	ordered?: IDataObject;
}

/**
 * Adds it to a result. Where names are the same, the task's wins. A field named `error` is left out: n8n would
 * take the item for a failed one, and with Retry On Fail would order it again.
 */
export function withBeside(result: ItemResult, { input = {}, ordered }: Beside): ItemResult {
	if (result.kind !== 'item') return result;
	const kept = Object.entries(input).filter(([name]) => name !== 'error');
	return { ...result, json: { ...Object.fromEntries(kept), ...result.json, ...ordered } };
}

/** The text of a failed item: it has to say all, because it is all that the item keeps. */
export function errorText(result: ItemResult): string {
	if (result.kind !== 'problem') return 'This item was not finished';
	const { message, description } = result.problem;
	return description === '' ? message : `${message}. ${description}`;
}

/**
 * A result as an item, paired with its input. A failed item holds `error` alone: in every n8n that sends
 * it to the error output, together with the fields of its input item.
 */
export function toItem(result: ItemResult, index: number): INodeExecutionData {
	const pairedItem = { item: index };
	if (result.kind !== 'item') return { json: { error: errorText(result) }, pairedItem };
	return { json: result.json, binary: result.binary, pairedItem };
}

/** What is worth knowing of all items but the one that failed. */
export function othersOf(results: ItemResult[], failed: number): Others {
	const others = results.filter((_, index) => index !== failed);
	return {
		taskIds: others.flatMap(({ taskId }) => taskId ?? []),
		maybePaid: others.filter((one) => one.kind === 'problem' && one.problem.mayBePaid).length,
	};
}
