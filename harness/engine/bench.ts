import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import { Apixo, ApixoTrigger } from '../../index';
import { startSandbox, type Sandbox, type SandboxOptions, type SandboxTask } from '../../sandbox';
import { startWorkflow, type Running, type RunOptions, type WorkflowFile } from './engine';
import { nodeTypes } from './node-types';

/** Tasks of the sandbox run this much faster than the service's: a clip of 5 s takes about 0.5 s. */
export const TIME_SCALE = 80;

/** Waiting options that suit the sandbox's pace, in the node's unit, seconds. */
export const FAST = { initialDelay: 0.1, pollInterval: 0.1, timeout: 20 };

/** A sandbox and the engine, ready to run workflows against it. */
export interface Bench {
	sandbox: Sandbox;
	options: RunOptions;
	start(file: WorkflowFile, more?: Partial<RunOptions>): Promise<Running>;
	run(file: WorkflowFile, more?: Partial<RunOptions>): ReturnType<() => Running['done']>;
	close(): Promise<void>;
}

export async function openBench(sandboxOptions: SandboxOptions = {}): Promise<Bench> {
	const sandbox = await startSandbox({ timeScale: TIME_SCALE, balance: 1000, ...sandboxOptions });
	const options: RunOptions = {
		nodeTypes: nodeTypes({
			'n8n-nodes-apixo.apixo': new Apixo(),
			// n8n makes this one itself.
			'n8n-nodes-apixo.apixoTool': new Apixo(),
			'n8n-nodes-apixo.apixoTrigger': new ApixoTrigger(),
		}),
		credentials: { apixoApi: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl } },
	};
	const start = async (file: WorkflowFile, more: Partial<RunOptions> = {}) =>
		await startWorkflow(file, { ...options, ...more });
	return {
		sandbox,
		options,
		start,
		run: async (file, more) => await (await start(file, more)).done,
		close: async () => await sandbox.close(),
	};
}

/** Parameters of Generate that nearly every test wants; `options` on top of the fast ones. */
export function generate(parameters: IDataObject = {}, options: IDataObject = {}): IDataObject {
	return {
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		...parameters,
		options: { ...FAST, ...options },
	};
}

/** Items with these prompts. */
export function prompts(...texts: string[]): INodeExecutionData[] {
	return texts.map((prompt) => ({ json: { prompt } }));
}

/** `count` items with different prompts, each followed by `script` for the sandbox. */
export function manyPrompts(count: number, script = ''): INodeExecutionData[] {
	return prompts(...Array.from({ length: count }, (_, index) => `Clip ${index} ${script}`.trim()));
}

export const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };

/** The item of an order that is not waited for. */
export function pendingItem({ id, request }: SandboxTask): IDataObject {
	const { prompt, mode, duration, aspect_ratio: aspectRatio } = request.input;
	return { taskId: id, state: 'pending', prompt, mode, duration, aspectRatio };
}
