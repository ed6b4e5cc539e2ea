import { createHash } from 'crypto';

/** Persisted, in n8n's database and in ledgers: never change. The number tells this way of naming from others. */
const VERSION = 1;

/** So many processes can have marks of equal orders at once; a Retry looks at each of them. */
export const RUNGS = [1, 2, 3, 4] as const;

/** An order as the marks know it. */
export interface Order {
	itemIndex: number;
	/** Hashes; a Retry takes two orders for the same if they share one. */
	likenesses: readonly string[];
	/** The likeness by its idempotency key, if it has one: an order that shares it can be repeated. */
	key?: string;
	/** It goes out even if it may have been made before. */
	mayRepeat: boolean;
}

/** Of an item, for a job that n8n runs again under the same execution id. */
export function jobMark(executionId: string, run: number | string, itemIndex: number): string {
	return digest(`job ${executionId} ${run} ${itemIndex}`);
}

/**
 * Of an order, for "Retry", which has an id of its own and is not told whose Retry it is. Equal orders of other
 * processes stand on rungs of their own, so that the end of one does not take off the mark of another.
 */
export function rungsOf(likeness: string): string[] {
	return RUNGS.map((rung) => rungOf(likeness, rung));
}

export function rungOf(likeness: string, rung: number): string {
	return digest(`order ${likeness} ${rung}`);
}

/** Short, because the ledger keeps them as well. */
function digest(text: string): string {
	return createHash('sha256').update(`${VERSION} ${text}`).digest('base64url').slice(0, 22);
}
