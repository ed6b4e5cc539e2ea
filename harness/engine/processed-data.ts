/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'crypto';
import { setImmediate as turn } from 'timers/promises';

import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

/**
 * n8n's store behind "Remove Duplicates", as n8n's own class keeps it in the database: one row for each node,
 * which is read, changed and written back without a lock, so that careless callers lose what they wrote.
 */
export class ProcessedData implements IDataDeduplicator {
	/** As JSON, by workflow and node. */
	readonly rows = new Map<string, string>();
	/** Calls so far. */
	calls = 0;
	/** What every call fails with. */
	trouble?: Error;
	/** Calls wait for this. */
	hold?: Promise<unknown>;

	/** All marks of all nodes. */
	get all(): string[] {
		return [...this.rows.values()].flatMap((row) => JSON.parse(row) as string[]);
	}

	async checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		_scope: DeduplicationScope,
		context: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const row = await this.read(context);
		const known = new Set(row);
		const output: IDeduplicationOutput = { new: [], processed: [] };
		for (const item of items) {
			const hash = hashed(item);
			if (known.has(hash)) output.processed.push(item);
			else {
				output.new.push(item);
				row.push(hash);
			}
		}
		if (maxEntries) row.splice(0, row.length - maxEntries);
		await this.write(context, row);
		return output;
	}

	async removeProcessed(
		items: DeduplicationItemTypes[],
		_scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		const row = await this.read(context);
		for (const item of items) {
			const index = row.indexOf(hashed(item));
			if (index !== -1) row.splice(index, 1);
		}
		await this.write(context, row);
	}

	async clearAllProcessedItems(
		_scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		this.rows.delete(nameOf(context));
		await turn();
	}

	async getProcessedDataCount(
		_scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<number> {
		return (await this.read(context)).length;
	}

	/** What a node's helpers come to, for tests without the engine. */
	helpersOf(nodeId: string, workflowId = 'workflow-1') {
		const context = { node: { id: nodeId }, workflow: { id: workflowId } };
		const at = context as ICheckProcessedContextData;
		return {
			checkProcessedAndRecord: async (
				items: DeduplicationItemTypes[],
				scope: DeduplicationScope,
				options: ICheckProcessedOptions,
			) => await this.checkProcessedAndRecord(items, scope, at, options),
			removeProcessed: async (items: DeduplicationItemTypes[], scope: DeduplicationScope) =>
				await this.removeProcessed(items, scope, at),
		};
	}

	private async read(context: ICheckProcessedContextData): Promise<string[]> {
		this.calls++;
		await this.hold;
		if (this.trouble) throw this.trouble;
		const row = JSON.parse(this.rows.get(nameOf(context)) ?? '[]') as string[];
		await turn();
		return row;
	}

	private async write(context: ICheckProcessedContextData, row: string[]): Promise<void> {
		this.rows.set(nameOf(context), JSON.stringify(row));
		await turn();
	}
}

function hashed(item: DeduplicationItemTypes): string {
	return createHash('md5').update(item.toString()).digest('base64');
}

function nameOf({ workflow, node }: ICheckProcessedContextData): string {
	if (workflow.id === '') throw new Error('The workflow has no id');
	return `${workflow.id} ${node?.id}`;
}
