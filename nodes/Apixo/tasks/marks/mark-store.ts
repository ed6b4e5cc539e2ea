import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * n8n's own store for the node "Remove Duplicates": one row in n8n's database for each node of each saved
 * workflow, written at once, read by every process. It tells what was there before and nothing else, and
 * reads and writes its row without a lock.
 */
export type MarkHelpers = Pick<
	IExecuteFunctions['helpers'],
	'checkProcessedAndRecord' | 'removeProcessed'
>;

/**
 * So many marks are kept for a node; the oldest make room, so left-overs can't pile up. Three go with each
 * order, and the marks of the largest batches have to fit in beside many left-overs.
 */
const MOST_MARKS = 30_000;

const OPTIONS = { mode: 'entries', maxEntries: MOST_MARKS } as const;

/** Writes marks down, and gives those that were there before. */
export async function record(helpers: MarkHelpers, marks: string[]): Promise<Set<unknown>> {
	if (marks.length === 0) return new Set();
	const write = async () => await helpers.checkProcessedAndRecord(marks, 'node', OPTIONS);
	// The row is made by the first who writes: of two processes that do so at once, one fails.
	const { processed } = await write().catch(write);
	return new Set(processed);
}

export async function remove(helpers: MarkHelpers, marks: string[]): Promise<void> {
	if (marks.length > 0) await helpers.removeProcessed(marks, 'node', OPTIONS);
}
