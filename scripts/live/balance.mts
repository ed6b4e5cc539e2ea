import { BALANCE_CURRENCY, CODE_OK } from '../../nodes/shared/contract.ts';
import { isRecord } from '../../nodes/shared/is-record.ts';
import { holdAnswer, kindOf } from './answers.mts';
import type { Check } from './check.mts';

const PART = 'Balance';

/** The balance in US dollars, in whatever form it comes; undefined if there is no number in it. */
export async function readBalance(check: Check): Promise<number | undefined> {
	const { points, wire, secrets } = check;
	const taken = await check.service.balance();
	const { last } = wire;
	const data = holdAnswer(points, last, { part: PART, status: CODE_OK }, secrets);
	if ('failure' in last.answer || data === undefined) return undefined;
	check.keep('balance', last);
	const isNumber = typeof data === 'number';
	if (last.answer.status === CODE_OK) {
		points.hold(PART, 'data', `a number, ${BALANCE_CURRENCY}`, kindOf(data), isNumber);
	}
	points.read(PART, taken.kind === 'balance', taken.kind);
	const balance = numberIn(data);
	check.balance = balance;
	return balance;
}

function numberIn(data: unknown): number | undefined {
	const values = isRecord(data) ? Object.values(data) : [data];
	return values
		.filter((value) => typeof value === 'number' || (typeof value === 'string' && value !== ''))
		.map(Number)
		.find(Number.isFinite);
}
