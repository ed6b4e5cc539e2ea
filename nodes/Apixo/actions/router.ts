import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { accountOperations } from './account';
import { firstError, toNodeError } from './node-error';
import { toItem, type OperationResult } from './result';
import { videoOperations } from './video';

type Execute = (this: IExecuteFunctions) => Promise<OperationResult>;

const operations: Record<string, Record<string, Execute>> = {
	account: accountOperations,
	video: videoOperations,
};

/** Runs the chosen operation and turns its results into items, or into the error that ends the node. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const node = this.getNode();
	const resource = this.getNodeParameter('resource', 0);
	const operation = this.getNodeParameter('operation', 0);
	const execute = operations[resource]?.[operation];
	if (execute === undefined) {
		throw new NodeOperationError(node, `There is no operation "${resource} → ${operation}"`);
	}
	const results = await execute.call(this);
	if ('asleep' in results) return [results.asleep];
	if (!Array.isArray(results)) throw toNodeError(node, results);
	const error = this.continueOnFail() ? undefined : firstError(node, results);
	if (error !== undefined) throw error;
	return [results.map(toItem)];
}
