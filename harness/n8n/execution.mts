import { parse } from 'flatted';
import type { Item } from './workflow.mts';

export type Status =
	| 'new'
	| 'running'
	| 'waiting'
	| 'success'
	| 'error'
	| 'crashed'
	| 'canceled'
	| 'unknown';

/** An error as the editor shows it. */
export interface ExecutionError {
	message: string;
	description?: string | null;
	httpCode?: string | null;
	node?: { name: string };
}

/** One run of one node. */
export interface NodeRun {
	status: string;
	/** By output, each with its items. */
	outputs: Item[][];
	error?: ExecutionError;
	/** Milliseconds. */
	executionTime: number;
}

export interface Execution {
	id: string;
	status: Status;
	workflowId: string;
	mode: string;
	retryOf?: string;
	/** What ended it, if an error did. */
	error?: ExecutionError;
	/** Where a suspended one is called back. */
	resumeToken?: string;
	/** The runs of every node that ran, by its name. */
	runs: Record<string, NodeRun[]>;
	/** The items of a node's last run, at one of its outputs. */
	items(node: string, output?: number): Item[];
	/** False while n8n 1.x has written down the end but not yet the data that goes with it. */
	isWhole: boolean;
	/** As n8n keeps it. */
	raw: ExecutionData;
}

interface TaskData {
	executionStatus?: string;
	executionTime: number;
	data?: Record<string, Array<Item[] | null>>;
	error?: ExecutionError;
}

/** The parts of n8n's execution data that are read here. */
export interface ExecutionData {
	resultData: {
		runData?: Record<string, TaskData[]>;
		error?: ExecutionError;
		lastNodeExecuted?: string;
	};
	executionData?: { contextData?: Record<string, unknown> };
	resumeToken?: string;
	/** Of a suspended execution. */
	waitTill?: string;
}

/** What `GET /rest/executions/:id` answers. */
export interface RawExecution {
	id: string;
	status: Status;
	mode: string;
	workflowId: string;
	retryOf?: string | null;
	/** In "flatted" notation. */
	data: string;
}

export function parseExecution(answer: RawExecution): Execution {
	// An execution that has only just begun has no data yet.
	const raw = (parse(answer.data) as ExecutionData | undefined) ?? { resultData: {} };
	const runs = Object.fromEntries(
		Object.entries(raw.resultData.runData ?? {}).map(([node, tasks]) => [node, tasks.map(nodeRun)]),
	);
	return {
		id: answer.id,
		status: answer.status,
		workflowId: answer.workflowId,
		mode: answer.mode,
		retryOf: answer.retryOf ?? undefined,
		error: raw.resultData.error,
		resumeToken: raw.resumeToken,
		runs,
		items: (node, output = 0) => runs[node]?.at(-1)?.outputs[output] ?? [],
		isWhole: isWhole(answer.status, raw),
		raw,
	};
}

function isWhole(status: Status, { resultData, waitTill }: ExecutionData): boolean {
	if (status !== 'success' && status !== 'error') return true;
	const last = resultData.runData?.[resultData.lastNodeExecuted ?? ''];
	const hasEnd = resultData.error !== undefined || (last !== undefined && last.length > 0);
	return waitTill === undefined && hasEnd;
}

function nodeRun(task: TaskData): NodeRun {
	// A tool hands its items out by another kind of connection than `main`.
	const outputs = Object.values(task.data ?? {})[0] ?? [];
	return {
		status: task.executionStatus ?? 'unknown',
		outputs: outputs.map((items) => items ?? []),
		error: task.error,
		executionTime: task.executionTime,
	};
}
