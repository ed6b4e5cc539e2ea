import { sleep } from 'n8n-workflow';

/** What n8n's log says of a task that exists from now on; the documentation tells people to search for it. */
const WORDS = 'APIXO accepted';

/**
 * Names each accepted task in n8n's log at once: if n8n dies, nothing else may know the ids of what was paid
 * for. Those that come together share a line.
 */
export class AcceptedLog {
	private readonly fresh: string[] = [];

	/** `of` names the execution and the node. */
	constructor(
		private readonly of: string,
		private readonly write: (text: string) => void,
	) {}

	add(taskId: string, itemIndex: number): void {
		this.fresh.push(`${taskId} (item ${itemIndex})`);
		if (this.fresh.length === 1) void this.soon();
	}

	private async soon(): Promise<void> {
		await sleep(0);
		this.write(`${WORDS}, for ${this.of}: ${this.fresh.splice(0).join(', ')}`);
	}
}
