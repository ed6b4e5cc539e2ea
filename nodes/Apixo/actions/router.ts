import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { withOthers, type Problem } from '../../shared/errors';
import { accountOperations } from './account';
import type { ItemResult, OperationResult } from './result';
import { videoOperations } from './video';

type Execute = (this: IExecuteFunctions) => Promise<OperationResult>;

const operations: Record<string, Record<string, Execute>> = {
	account: accountOperations,
	video: videoOperations,
};

/** Runs the chosen operation and turns its results into items, paired with their inputs, or errors. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0);
	const operation = this.getNodeParameter('operation', 0);
	const execute = operations[resource]?.[operation];
	if (execute === undefined) {
		throw new NodeOperationError(
			this.getNode(),
			`There is no operation "${resource} → ${operation}"`,
		);
	}
	const results = await execute.call(this);
	if (!Array.isArray(results)) throw toNodeError(this.getNode(), results);
	if (!this.continueOnFail()) throwFirstProblem(this.getNode(), results);
	return [results.flatMap(toItem)];
}

function throwFirstProblem(node: INode, results: ItemResult[]): void {
	const failed = results.findIndex(({ kind }) => kind === 'problem');
	const result = results[failed];
	if (result?.kind !== 'problem') return;
	const others = results.flatMap((other, index) => {
		const taskId = index === failed || other.kind === 'problem' ? undefined : other.taskId;
		return taskId ?? [];
	});
	throw toNodeError(node, withOthers(result.problem, others), failed);
}

/**
 * A failed item holds `error` alone: in every n8n that sends it to the error output, together with the
 * fields of its input item. So the text has to say all, the task id and the way out.
 */
function toItem(result: ItemResult, index: number): INodeExecutionData[] {
	const pairedItem = { item: index };
	if (result.kind === 'item') return [{ json: result.json, binary: result.binary, pairedItem }];
	if (result.kind === 'left') return [];
	const { message, description } = result.problem;
	return [{ json: { error: `${message}. ${description}` }, pairedItem }];
}

/** The text is set once more, because n8n replaces one that holds, say, "preEEXISTing" by its own. */
function toNodeError(
	node: INode,
	{ message, description, httpCode }: Problem,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const options = { message, description, itemIndex };
	const error =
		httpCode === undefined
			? new NodeOperationError(node, message, options)
			: new NodeApiError(node, { message }, { ...options, httpCode });
	error.message = message;
	error.description = description;
	return error;
}
