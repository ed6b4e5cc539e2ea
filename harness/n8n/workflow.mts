/** A workflow as n8n's editor exports it. Only what this code reads is spelled out. */
export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	webhookId?: string;
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	disabled?: boolean;
}

export interface WorkflowConnection {
	node: string;
	type: string;
	index: number;
}

export interface Workflow {
	id?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, Record<string, Array<WorkflowConnection[] | null>>>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, Item[]>;
}

/** A workflow that n8n has stored. */
export interface StoredWorkflow extends Workflow {
	id: string;
	versionId: string;
	active: boolean;
}

export interface BinaryData {
	/** Absent when the content is not inlined but stored. */
	id?: string;
	data?: string;
	mimeType: string;
	fileName?: string;
	fileSize?: string;
}

export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, BinaryData>;
	pairedItem?: unknown;
	error?: unknown;
}

/** Joins nodes in a row, each one's first output to the next one's first input. */
export function chain(name: string, nodes: WorkflowNode[]): Workflow {
	const connections: Workflow['connections'] = {};
	for (const [index, node] of nodes.entries()) {
		const next = nodes[index + 1];
		if (next) connections[node.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	}
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}
