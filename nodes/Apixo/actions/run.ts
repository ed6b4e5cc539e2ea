import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent calls the node. n8n makes a node type of its own for that. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** Tells a loop's rounds apart. */
export function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.evaluateExpression('{{ $runIndex }}', 0));
}

/** The calls of tools that are under way in this process. */
const underWay = new Set<string>();

/**
 * A name for a tool's call, by what it orders, that its later tries find again: n8n gives each try another
 * run index, and calls that it makes side by side the same one. Of equal calls under way each has a name of
 * its own, because each is to get a video. `end` has to be called when the call is over.
 */
export function nameToolCall(executionId: string, order: string): { name: string; end(): void } {
	for (let nth = 1; ; nth++) {
		const name = `tool ${order} ${nth}`;
		const key = `${executionId} ${name}`;
		if (underWay.has(key)) continue;
		underWay.add(key);
		return { name, end: () => underWay.delete(key) };
	}
}
