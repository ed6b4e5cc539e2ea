import type { Problem } from '../../../shared/errors';
import type { Service } from '../../../shared/service';
import type { Memory } from '../../memory';
import type { Ledger } from '../../tasks/ledger';
import type { GenerateReader } from './parameters';
import { GENERATE } from './parameters';

/** What one item says about how much may be spent; without a limit, undefined. */
export interface SpendingLimits {
	/** Orders of this node in one execution. */
	maxVideos?: number;
	/** US dollars that have to be there. */
	minimumBalance?: number;
}

export function readSpendingLimits(read: GenerateReader): SpendingLimits {
	return {
		maxVideos: read.ifGiven('maxVideosPerExecution'),
		minimumBalance: read.ifGiven('minimumBalance'),
	};
}

/** The strictest of them: where items differ, the lowest ceiling and the highest balance count. */
export function strictest(all: SpendingLimits[]): SpendingLimits {
	const ceilings = all.flatMap(({ maxVideos }) => maxVideos ?? []);
	const balances = all.flatMap(({ minimumBalance }) => minimumBalance ?? []);
	return {
		maxVideos: ceilings.length === 0 ? undefined : ceilings.reduce((a, b) => Math.min(a, b)),
		minimumBalance: balances.length === 0 ? undefined : balances.reduce((a, b) => Math.max(a, b)),
	};
}

/** Looks at the balance; gives a problem if too little is there, or if it cannot be read. */
export async function balanceProblem(
	service: Service,
	minimum: number | undefined,
): Promise<Problem | undefined> {
	if (minimum === undefined) return undefined;
	const { label } = GENERATE.minimumBalance;
	const answer = await service.balance();
	if (answer.kind === 'refused') {
		return {
			...answer.problem,
			message: `Nothing was ordered, because '${label}' asks for a balance that could not be read. ${answer.problem.message}`,
		};
	}
	if (answer.balance >= minimum) return undefined;
	return {
		message: `Nothing was ordered, because the balance is ${answer.balance} USD and '${label}' is ${minimum}`,
		description: `Top the balance up in the APIXO console, or lower '${label}' under Options.`,
	};
}

/**
 * Sets `count` orders aside, before any of them is sent, so that calls of an agent that run side by side cannot
 * go past the ceiling together. `settle` gives back what was not used in the end.
 */
export function reserveOrders(
	memory: Memory,
	executionId: string,
	count: number,
	maxVideos = Infinity,
): { kind: 'reserved'; settle(ledger: Ledger): void } | { kind: 'problem'; problem: Problem } {
	// What an earlier execution has ordered is not ordered again, and does not count.
	if (memory.orders?.executionId !== executionId) memory.orders = { executionId, count: 0 };
	const { orders } = memory;
	if (count > 0 && orders.count + count > maxVideos) {
		return { kind: 'problem', problem: tooManyVideos(maxVideos, orders.count, count) };
	}
	orders.count += count;
	return {
		kind: 'reserved',
		settle: (ledger) => {
			orders.count += ledger.ordered - count;
		},
	};
}

function tooManyVideos(maxVideos: number, ordered: number, more: number): Problem {
	const { label } = GENERATE.maxVideosPerExecution;
	return {
		message: `Nothing more was ordered, because '${label}' is ${maxVideos}: this node has ordered ${ordered} in this execution, and ${more} more would go past it`,
		description: `Raise '${label}' under Options, or send fewer items.`,
	};
}
