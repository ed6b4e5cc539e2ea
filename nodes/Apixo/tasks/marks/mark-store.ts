import type { ICheckProcessedOptions, IDeduplicationOutput, IExecuteFunctions } from 'n8n-workflow';

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

const BOUNDED = { mode: 'entries', maxEntries: MOST_MARKS } as const;
const UNBOUNDED = { mode: 'entries' } as const;

/** Marks that were there so often in a row, one look after the other, stay. */
const ENOUGH_LOOKS = 2;

/** Where many processes write at once, each loses to the others again and again: there must be an end to it. */
const MOST_LOOKS = 20;

/** Writes marks down, and gives those that were there before. */
export async function record(helpers: MarkHelpers, marks: string[]): Promise<Set<unknown>> {
	return new Set((await write(helpers, marks, BOUNDED)).processed);
}

/**
 * Writes marks again until they stay. Another process that had read the row before they were in it writes it back
 * without them; that takes it as long as a look takes here.
 */
export async function secure(helpers: MarkHelpers, marks: string[]): Promise<void> {
	let inARow = 0;
	for (let look = 0; look < MOST_LOOKS && inARow < ENOUGH_LOOKS; look++) {
		const { new: gone } = await write(helpers, marks, BOUNDED);
		inARow = gone.length === 0 ? inARow + 1 : 0;
	}
}

/** Gives which of these are there. No mark makes room for what is only asked for. */
export async function lookFor(helpers: MarkHelpers, marks: string[]): Promise<Set<unknown>> {
	const there = new Set((await write(helpers, marks, UNBOUNDED)).processed);
	// The store has no other way of asking.
	await remove(
		helpers,
		marks.filter((mark) => !there.has(mark)),
	);
	return there;
}

export async function remove(helpers: MarkHelpers, marks: string[]): Promise<void> {
	if (marks.length > 0) await helpers.removeProcessed(marks, 'node', BOUNDED);
}

async function write(
	{ checkProcessedAndRecord }: MarkHelpers,
	marks: string[],
	options: ICheckProcessedOptions,
): Promise<IDeduplicationOutput> {
	if (marks.length === 0) return { new: [], processed: [] };
	const once = async () => await checkProcessedAndRecord(marks, 'node', options);
	// The row is made by the first who writes: of two processes that do so at once, one fails.
	return await once().catch(once);
}
