import type {
	IRunExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import type { EndedTask } from '../../../shared/task';
import { openLedger } from '../../tasks/ledger';
import type { Suspension } from '../../tasks/suspend';

/**
 * Wakes the execution so that it fails at this node, as it would have failed without sleeping.
 *
 * n8n has no way of its own for that: it marks the node that slept as disabled, so that whatever its
 * webhook gives flows on, and even an error thrown here lets the next nodes run, on an empty item. What
 * n8n does have, for triggers, is that a node whose error is already on record fails with it when its
 * turn comes. So the error goes on record, and the mark is taken off. The items get their own data back,
 * because "Retry" of the execution starts from them, and failed tasks are struck off the ledger.
 *
 * Throws where this n8n keeps its data elsewhere: the execution then sleeps on until its deadline.
 */
export function failResumed(
	context: IWebhookFunctions,
	error: NodeApiError | NodeOperationError,
	suspension: Suspension,
	tasks: Map<string, EndedTask>,
): IWebhookResponseData {
	const { runExecutionData } = context as unknown as { runExecutionData?: IRunExecutionData };
	const executionData = runExecutionData?.executionData;
	const sleeper = executionData?.nodeExecutionStack[0];
	if (runExecutionData === undefined || executionData === undefined || sleeper === undefined) {
		throw error;
	}
	sleeper.node.disabled = false;
	// Spread as n8n does it: an error keeps its name and text out of its enumerable properties.
	runExecutionData.resultData.error = {
		...error,
		name: error.name,
		message: error.message,
		stack: error.stack,
	} as typeof error;

	const nodeContext = (executionData.contextData[`node:${context.getNode().name}`] ??= {});
	const ledger = openLedger(nodeContext, suspension.runIndex, suspension.executionId);
	suspension.items.forEach(({ taskId }, itemIndex) => {
		if (taskId !== undefined && tasks.get(taskId)?.state === 'failed') ledger.strikeOff(itemIndex);
	});

	const items = sleeper.data.main?.[0] ?? [];
	const restored = items.map((item, index) => ({
		...item,
		json: suspension.items[index]?.input ?? item.json,
	}));
	return { workflowData: [restored] };
}
