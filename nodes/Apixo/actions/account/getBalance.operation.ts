import type { IExecuteFunctions } from 'n8n-workflow';

import { BALANCE_CURRENCY } from '../../../shared/contract';
import type { OperationResult } from '../result';
import { openSession } from '../session';

/** Account → Get Balance: one call, whose answer every item gets. */
export async function execute(this: IExecuteFunctions): Promise<OperationResult> {
	const session = await openSession(this);
	if (!('service' in session)) return session;
	const answer = await session.service.balance();
	return this.getInputData().map(() =>
		answer.kind === 'balance'
			? { kind: 'item', json: { balance: answer.balance, currency: BALANCE_CURRENCY } }
			: { kind: 'problem', problem: answer.problem },
	);
}
