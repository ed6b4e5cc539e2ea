import { createHash } from 'crypto';

import { KLING_MODEL, type Model } from '../../shared/contract';
import type { LedgerEntry, LedgerRecord, Memory } from '../memory';

/** What makes an order the same one for a retry. */
export interface Identity {
	model: Model;
	/** Of the request, without the way back. */
	hash: string;
	/** Hash of the node's raw parameters and the item that went in: expressions in a prompt may give the time. */
	input(): string;
	/** The service makes one order for it, ever: so it may be sent again, whatever came of it before. */
	idempotencyKey?: string;
}

/**
 * Remembers which item paid for which task (promise 1). It lives in the node's execution context, which
 * outlives a try of the node: Retry On Fail finds it, and so does "Retry" of a failed execution, even on
 * another process.
 *
 * An entry is made *before* the request is sent, and completed or struck off by the answer. So whatever
 * ends a try half-way, an open entry is left behind, and the next try does not pay again in the dark.
 */
export class Ledger {
	/** How many orders this try has made that the service may have taken. */
	ordered = 0;

	constructor(
		private readonly record: LedgerRecord,
		private readonly executionId: string,
	) {}

	/**
	 * What is known of this item's order. Within one execution it stays its order, whatever its expressions give
	 * at a later try; in the Retry of another it has to be the same one.
	 */
	find(itemIndex: number, order: Identity): LedgerEntry | undefined {
		const entry = this.record[itemIndex];
		if (entry === undefined) return undefined;
		return entry.executionId === this.executionId || isSame(entry, order) ? entry : undefined;
	}

	/** In a Retry, items may come in another order than before: what is known of each goes with it. */
	realign(jobs: ReadonlyArray<{ itemIndex: number; task: Identity | { taskId: string } }>): void {
		if (this.isEmpty()) return;
		const orders = jobs.flatMap(({ itemIndex, task }) =>
			'hash' in task ? [{ itemIndex, order: task }] : [],
		);
		const strays = orders.filter(
			({ itemIndex, order }) => this.find(itemIndex, order) === undefined,
		);
		if (strays.length === 0) return;
		const settled = new Set(orders.map(({ itemIndex }) => String(itemIndex)));
		for (const { itemIndex } of strays) settled.delete(String(itemIndex));
		const free = Object.entries(this.record).filter(([index]) => !settled.has(index));
		for (const { itemIndex, order } of strays) {
			const position = free.findIndex(([, entry]) => isSame(entry, order));
			const [found] = position < 0 ? [] : free.splice(position, 1);
			if (found === undefined) continue;
			const [index, entry] = found;
			if (this.record[index] === entry) delete this.record[index];
			this.record[itemIndex] = entry;
		}
	}

	/** Of all orders that are known. */
	get entries(): LedgerEntry[] {
		return Object.values(this.record);
	}

	/** Whether sending it makes one order more: not where it repeats one of this execution, by its key. */
	isOneMore(itemIndex: number, order: Identity): boolean {
		const entry = this.record[itemIndex];
		return entry?.executionId !== this.executionId || !hasSameKey(entry, order);
	}

	/** `orderedAt` in Unix ms. */
	sending(itemIndex: number, order: Identity, marks: string[], orderedAt: number): void {
		const { executionId } = this;
		const { hash, idempotencyKey } = order;
		if (this.isOneMore(itemIndex, order)) this.ordered++;
		const marked = marks.length > 0 && { input: order.input(), marks };
		const model = order.model !== KLING_MODEL && { model: order.model };
		const keyed = idempotencyKey !== undefined && { idempotencyKey };
		this.record[itemIndex] = { hash, executionId, orderedAt, ...model, ...marked, ...keyed };
	}

	accepted(itemIndex: number, taskId: string): void {
		const entry = this.record[itemIndex];
		if (entry !== undefined) entry.taskId = taskId;
	}

	/** Nothing was created, or the task failed: a retry submits anew. Gives what was known. */
	strikeOff(itemIndex: number): LedgerEntry | undefined {
		const entry = this.record[itemIndex];
		if (entry !== undefined && entry.taskId === undefined) this.ordered--;
		delete this.record[itemIndex];
		return entry;
	}

	/** Whether an earlier try has ordered nothing that counts. */
	isEmpty(): boolean {
		return this.entries.length === 0;
	}

	/** All items came out well, so no retry will ask. */
	clear(): void {
		for (const itemIndex of Object.keys(this.record)) delete this.record[itemIndex];
	}
}

/** With another key, or none, the service would take it for another order. */
export function hasSameKey(entry: LedgerEntry, { idempotencyKey }: Identity): boolean {
	return idempotencyKey !== undefined && entry.idempotencyKey === idempotencyKey;
}

function isSame(entry: LedgerEntry, order: Identity): boolean {
	return entry.hash === order.hash || (entry.input !== undefined && entry.input === order.input());
}

/**
 * The ledger of one run of the node. `run` is what all tries of a run have in common, and no other run: its
 * index, since a loop's next round starts with an empty ledger.
 */
export function openLedger(memory: Memory, run: number | string, executionId: string): Ledger {
	const runs = (memory.ledger ??= {});
	return new Ledger((runs[run] ??= {}), executionId);
}

/** The same for the same request only. */
export function hashOf(request: unknown): string {
	return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
