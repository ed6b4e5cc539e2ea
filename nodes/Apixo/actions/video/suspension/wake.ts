import type {
	IExecuteData,
	INodeExecutionData,
	IRunExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { refuse } from '../../../../shared/answer';
import { Claims } from '../../../../shared/claims';
import type { Clock } from '../../../../shared/clock';
import { KLING_MODEL } from '../../../../shared/contract';
import type { TaskRef } from '../../../../shared/task';
import { modelOf, openMemory, type Memory, type Suspension } from '../../../memory';

/**
 * The suspensions that this process has ended, by their tokens. n8n 1.x lets every callback wake an execution
 * that it found waiting; 2.x lets one, but also a late one, which would undo all that came after it.
 */
const ended = new Claims(20_000);

/** A suspended execution, as its webhook finds it. */
export interface Suspended {
	kind: 'suspended';
	suspension: Suspension;
	/** One of its tasks, by its ID. */
	taskOf(taskId: string): TaskRef;
	/** Its turn, which n8n has marked as done. */
	turn: IExecuteData;
	items: INodeExecutionData[];
}

/**
 * Finds what `execute()` left. This and `wake` are the one place that leans on n8n's inside, because n8n's
 * public functions let a webhook give a suspended node's output, but not run the node again. Where it is not
 * as expected, the deadline wakes the execution.
 */
export function findSuspended(
	context: IWebhookFunctions,
): Suspended | { kind: 'none'; status: number; text: string } {
	const { runExecutionData } = context as unknown as { runExecutionData?: IRunExecutionData };
	const { name } = context.getNode();
	const turn = runExecutionData?.executionData?.nodeExecutionStack?.[0];
	const nodeContext = runExecutionData?.executionData?.contextData?.[`node:${name}`];
	const items = turn?.data?.main?.[0];
	if (turn?.node?.name !== name || !Array.isArray(items)) {
		context.logger.warn(
			'A callback of APIXO cannot wake its execution in this version of n8n. It goes on when its Callback Deadline has passed.',
		);
		return { kind: 'none', status: 503, text: 'This n8n cannot wake the execution' };
	}
	const opened = openMemory(nodeContext ?? {});
	if (opened.kind === 'problem') {
		context.logger.warn(opened.problem.message);
		return { kind: 'none', status: 503, text: opened.problem.message };
	}
	const { memory } = opened;
	const { suspension } = memory;
	if (suspension === undefined) return { kind: 'none', status: 404, text: 'Nothing waits here' };
	const taskOf = (taskId: string) => taskOnRecord(memory, suspension, taskId);
	return { kind: 'suspended', suspension, taskOf, turn, items };
}

/** The ledger knows the model of each task; an execution whose ledger is gone has only ever known one. */
function taskOnRecord({ ledger }: Memory, { runIndex }: Suspension, taskId: string): TaskRef {
	const orders = Object.values(ledger?.[runIndex] ?? {});
	const order = orders.find((entry) => entry.taskId === taskId);
	return { taskId, model: order === undefined ? KLING_MODEL : modelOf(order) };
}

/**
 * Wakes the execution: once, and not after its deadline. n8n disables a node that was suspended, so that what
 * its webhook gives flows on as its output; with that mark taken off, it runs the node once more.
 */
export function wake(
	context: IWebhookFunctions,
	{ suspension, turn, items }: Suspended,
	tasksEnded: string[],
	clock: Clock,
): IWebhookResponseData {
	const { token, callbacksUntil = Infinity } = suspension;
	// From then on n8n itself may wake it at any time, and it must not be woken twice.
	if (clock.date() >= callbacksUntil) return refuse(context, 409, 'The deadline has passed');
	if (ended.claim(token) !== 'new') {
		return { webhookResponse: { message: 'The execution goes on already' } };
	}
	ended.confirm(token, context);
	suspension.woken = true;
	suspension.ended = tasksEnded;
	turn.node.disabled = false;
	return { workflowData: [items] };
}
