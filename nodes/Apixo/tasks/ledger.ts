import { createHash } from 'crypto';

import type { LedgerRecord, Memory } from '../memory';

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
	 * What is known of this item's request. Within one execution nobody can have changed it, even if an
	 * expression in it, such as the time, gives another value at each try. After that its hash decides.
	 */
	find(itemIndex: number, hash: string): { taskId?: string; hash: string } | undefined {
		const entry = this.record[itemIndex];
		return entry?.executionId === this.executionId || entry?.hash === hash ? entry : undefined;
	}

	sending(itemIndex: number, hash: string): void {
		this.ordered++;
		this.record[itemIndex] = { hash, executionId: this.executionId };
	}

	accepted(itemIndex: number, hash: string, taskId: string): void {
		this.record[itemIndex] = { hash, executionId: this.executionId, taskId };
	}

	/** Nothing was created, or the task failed: a retry submits anew. */
	strikeOff(itemIndex: number): void {
		const entry = this.record[itemIndex];
		if (entry !== undefined && entry.taskId === undefined) this.ordered--;
		delete this.record[itemIndex];
	}

	/** Whether an earlier try has ordered nothing that counts. */
	isEmpty(): boolean {
		return Object.keys(this.record).length === 0;
	}

	/** All items came out well, so no retry will ask. */
	clear(): void {
		for (const itemIndex of Object.keys(this.record)) delete this.record[itemIndex];
	}
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
