import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { shown } from './check';
import { accountOperations } from './account';
import { firstError, toNodeError } from './node-error';
import { toItem, type OperationResult } from './result';
import { videoOperations } from './video';

type Execute = (this: IExecuteFunctions) => Promise<OperationResult>;

/** Maps, because an object would also answer to names such as "constructor". */
const operations = new Map<unknown, Map<unknown, Execute>>([
	['account', new Map(Object.entries(accountOperations))],
	['video', new Map(Object.entries(videoOperations))],
]);

/** Runs the chosen operation and turns its results into items, or into the error that ends the node. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const node = this.getNode();
	const resource = this.getNodeParameter('resource', 0);
	const operation = this.getNodeParameter('operation', 0);
	const execute = operations.get(resource)?.get(operation);
	if (execute === undefined) {
		const message = `There is no operation ${shown(operation)} of ${shown(resource)}`;
		throw toNodeError(node, { message, description: 'Choose one in the fields of the node.' });
	}
	const result = await execute.call(this);
	if (result.kind === 'suspended') return [result.items];
	if (result.kind === 'problem') throw toNodeError(node, result.problem);
	const error = this.continueOnFail() ? undefined : firstError(node, result.results);
	if (error !== undefined) throw error;
	return [result.results.map(toItem)];
}
