import 'reflect-metadata';

import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeTypes,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { TestCredentials } from './credentials';
import { binaryDataService } from './binary-data';

/** From here, so that all have the same store: imported from a script, the file would be loaded once more. */
export { binaryDataService, removeStore } from './binary-data';

/** A workflow as n8n exports it. */
export interface WorkflowFile {
	name?: string;
	nodes: INode[];
	connections: IConnections;
}

export interface RunOptions {
	nodeTypes: INodeTypes;
	/** By credential type. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
	/** What the start node gives; one empty item by default. */
	input?: INodeExecutionData[];
	/** Goes on from the data of an earlier run: a retry, or an execution that slept. */
	resume?: IRunExecutionData;
	mode?: WorkflowExecuteMode;
	/** Where this n8n says it lives. */
	instanceBaseUrl?: string;
	executionId?: string;
	/** Empty for a workflow that was never saved. */
	workflowId?: string;
}

/** A run that is under way. */
export interface Running {
	/** Resolves when the execution ended, whichever way; never rejects for a failed node. */
	done: Promise<IRun>;
	/** What Stop does in n8n. */
	stop(): void;
}

/** Starts a workflow in n8n's own engine, at its first node that has no input. */
export async function startWorkflow(file: WorkflowFile, options: RunOptions): Promise<Running> {
	await binaryDataService();
	const workflow = createWorkflow(file, options);
	const mode = options.mode ?? 'manual';
	const additionalData = additionalDataFor(file, options, mode);
	const runData = options.resume ?? freshRun(workflow, options.input ?? [{ json: {} }]);
	const promise = new WorkflowExecute(additionalData, mode, runData).processRunExecutionData(
		workflow,
	);
	return { done: Promise.resolve(promise), stop: () => promise.cancel() };
}

export function createWorkflow(
	{ name, nodes, connections }: WorkflowFile,
	{ nodeTypes, workflowId = 'workflow-1' }: RunOptions,
	staticData?: IDataObject,
): Workflow {
	return new Workflow({
		id: workflowId,
		name: name ?? 'Test',
		nodes,
		connections,
		active: false,
		nodeTypes,
		staticData,
		settings: { executionOrder: 'v1' },
	});
}

function freshRun(workflow: Workflow, input: INodeExecutionData[]): IRunExecutionData {
	const start = workflow.getStartNode();
	if (start === undefined) throw new Error('The workflow has no node to start from');
	return createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node: start, data: { main: [input] }, source: null }] },
	});
}

export function additionalDataFor(
	file: WorkflowFile,
	options: RunOptions,
	mode: WorkflowExecuteMode,
): IWorkflowExecuteAdditionalData {
	const instance = options.instanceBaseUrl ?? 'http://localhost:5678';
	const executionId = options.executionId ?? '1';
	const workflowData = { id: 'workflow-1', name: 'Test', active: false, ...file } as IWorkflowBase;
	const hooks = new ExecutionLifecycleHooks(mode, executionId, workflowData);
	return {
		credentialsHelper: new TestCredentials(options.credentials),
		hooks,
		executionId,
		currentNodeExecutionIndex: 0,
		instanceBaseUrl: `${instance}/`,
		restApiUrl: `${instance}/rest`,
		webhookBaseUrl: `${instance}/webhook`,
		webhookWaitingBaseUrl: `${instance}/webhook-waiting`,
		webhookTestBaseUrl: `${instance}/webhook-test`,
		formWaitingBaseUrl: `${instance}/form-waiting`,
		variables: {},
		setExecutionStatus: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/**
 * What n8n hands to "Retry" of an execution that ended at this node: with its original workflow, or with the
 * one that is saved now.
 */
export function retryOf(
	data: IRunExecutionData,
	nodeName: string,
	savedNow?: WorkflowFile,
): IRunExecutionData {
	const saved = JSON.parse(JSON.stringify(data)) as IRunExecutionData;
	delete saved.resultData.error;
	saved.resultData.runData[nodeName]?.pop();
	for (const turn of saved.executionData?.nodeExecutionStack ?? []) {
		turn.node = savedNow?.nodes.find(({ name }) => name === turn.node.name) ?? turn.node;
	}
	return saved;
}

/** The items that a node gave, by output; of its last run if it ran several times. */
export function outputsOf(run: IRun, nodeName: string): INodeExecutionData[][] {
	const taskData = run.data.resultData.runData[nodeName]?.at(-1);
	return (taskData?.data?.main ?? []).map((items) => items ?? []);
}

/** The json of all items on a node's first output. */
export function jsonOf(run: IRun, nodeName: string): IDataObject[] {
	return (outputsOf(run, nodeName)[0] ?? []).map(({ json }) => json);
}
