import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { withOthers, type Problem } from '../../shared/errors';
import { othersOf, type ItemResult } from './result';

/** The first problem among the results, as the error that ends the node; undefined if there is none. */
export function firstError(
	node: INode,
	results: ItemResult[],
): NodeApiError | NodeOperationError | undefined {
	const failed = results.findIndex(({ kind }) => kind === 'problem');
	const result = results[failed];
	if (result?.kind !== 'problem') return undefined;
	return toNodeError(node, withOthers(result.problem, othersOf(results, failed)), failed);
}

/** The text is set once more, because n8n replaces one that holds, say, "prEEXISTing" by its own. */
export function toNodeError(
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
