import type { IExecuteFunctions } from 'n8n-workflow';

import { BALANCE_CURRENCY } from '../../../shared/contract';
import { openSession } from '../../../shared/session';
import type { ItemResult, OperationResult } from '../result';

/** Account → Get Balance: one call, whose answer every item gets. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this, { stopSignal: this.getExecutionCancelSignal() });
	if (session.kind === 'problem') return session;
	const answer = await session.service.balance();
	const result: ItemResult =
		answer.kind === 'balance'
			? { kind: 'item', json: { balance: answer.balance, currency: BALANCE_CURRENCY } }
			: { kind: 'problem', problem: answer.problem };
	return { kind: 'results', results: this.getInputData().map(() => result) };
}
