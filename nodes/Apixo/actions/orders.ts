import type { IExecuteFunctions, Logger } from 'n8n-workflow';

import type { Memory } from '../memory';
import type { Ledger } from '../tasks/ledger';
import { lifeOf } from '../tasks/marks/holders';
import { OrderMarks } from '../tasks/marks/order-marks';
import { OrderLog } from '../tasks/order-log';
import { Orders } from '../tasks/orders';

/**
 * Where one run puts its orders on record. What is handed on must not lead back to the execution's data, as the
 * whole context would: by its end the execution is known to be over (see `lifeOf`).
 */
export function openOrders(
	context: IExecuteFunctions,
	memory: Memory,
	ledger: Ledger,
	run: number | string,
): Orders {
	const { checkProcessedAndRecord, removeProcessed } = context.helpers;
	const { logger } = context;
	const node = context.getNode();
	const executionId = context.getExecutionId();
	return new Orders({
		ledger,
		marks: new OrderMarks({
			helpers: { checkProcessedAndRecord, removeProcessed },
			workflowId: context.getWorkflow().id ?? '',
			nodeId: node.id,
			life: lifeOf(memory, executionId, context.getMode() === 'retry'),
			stopSignal: context.getExecutionCancelSignal(),
			run,
			tell: warnThrough(logger),
		}),
		log: new OrderLog(`execution ${executionId}, node "${node.name}"`, (text) => logger.info(text)),
	});
}

function warnThrough(logger: Logger): (reason: string) => void {
	return (reason) =>
		logger.warn(
			`APIXO's orders cannot be marked in n8n's database, so that a Retry after a crash of n8n could order them again: ${reason}`,
		);
}
