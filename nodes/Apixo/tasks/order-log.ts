import { sleep } from 'n8n-workflow';

/** What n8n's log says; the documentation tells people to search for it. */
const ORDERING = 'APIXO ordering';
const ACCEPTED = 'APIXO accepted';

/**
 * Tells n8n's log of each order before it goes out, and of each task that exists from then on: if n8n dies,
 * nothing else may know what was paid for. Those that come together share a line.
 */
export class OrderLog {
	private readonly fresh: string[] = [];

	/** `of` names the execution and the node. */
	constructor(
		private readonly of: string,
		private readonly write: (text: string) => void,
	) {}

	/** To be called before these are sent: an order that is never accepted is then known as one that may be there. */
	ordering(itemIndexes: readonly number[]): void {
		if (itemIndexes.length > 0) this.say(ORDERING, `items ${rangesOf(itemIndexes)}`);
	}

	accepted(taskId: string, itemIndex: number): void {
		this.fresh.push(`${taskId} (item ${itemIndex})`);
		if (this.fresh.length === 1) void this.soon();
	}

	private async soon(): Promise<void> {
		await sleep(0);
		this.say(ACCEPTED, this.fresh.splice(0).join(', '));
	}

	private say(words: string, what: string): void {
		this.write(`${words}, for ${this.of}: ${what}`);
	}
}

/** "0-39, 41": a thousand items are no long line. */
function rangesOf(itemIndexes: readonly number[]): string {
	const ranges: Array<[number, number]> = [];
	for (const index of [...itemIndexes].sort((one, other) => one - other)) {
		const last = ranges.at(-1);
		if (last?.[1] === index - 1) last[1] = index;
		else ranges.push([index, index]);
	}
	return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
