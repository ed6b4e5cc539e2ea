/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { inspect } from 'util';

import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { Apixo } from '../../../nodes/Apixo/Apixo.node';
import * as clocks from '../../../nodes/shared/clock';
import { Account } from '../../../nodes/shared/limits/account';
import * as accounts from '../../../nodes/shared/limits/accounts';
import { contextSending } from './context';
import { VirtualClock } from './virtual-clock';

/** All of the node's time is this clock's, the account's too; gives what ends that. */
function installClock(clock: VirtualClock): () => void {
	const spies = [
		// Its functions may be handed on.
		jest.spyOn(clocks, 'systemClock').mockReturnValue({
			stopSignal: clock.stopSignal,
			now: () => clock.now(),
			date: () => clock.date(),
			sleep: async (ms) => await clock.sleep(ms),
			deadline: (ms) => clock.deadline(ms),
			timeout: (ms) => clock.timeout(ms),
			random: () => clock.random(),
		}),
		jest.spyOn(accounts, 'accountFor').mockReturnValue(new Account(clock.beside())),
	];
	return () => {
		for (const spy of spies) spy.mockRestore();
	};
}

export type Parameters = Record<string, unknown>;

/** A parameter whose expression fails. */
export class FailingExpression {
	constructor(readonly message: string) {}
}

/** The public address of this n8n. */
export const N8N_URL = 'https://n8n.example';
const RESUME_URL = `${N8N_URL}/webhook-waiting/7?signature=abc`;

export interface NodeRun {
	/** By item. */
	parameters: Parameters[];
	items: INodeExecutionData[];
	send: (request: IHttpRequestOptions) => unknown;
	credential?: Record<string, unknown>;
	continueOnFail?: boolean;
	type?: string;
	/** When the user presses Stop, ms from the start. */
	stopAfterMs: number;
}

export interface NodeResult {
	items?: INodeExecutionData[];
	thrown?: unknown;
	/** What `getContext('node')` keeps. */
	memory: Record<string, unknown>;
	/** All that the node let anybody see: its output, its error, its memory, its log. */
	shown: string;
}

/** Runs the node APIXO as n8n does, on virtual time. */
export async function runNode(run: NodeRun): Promise<NodeResult> {
	const clock = new VirtualClock();
	clock.at(run.stopAfterMs, () => clock.stop());
	const restore = installClock(clock);
	const memory: Record<string, unknown> = {};
	const log: unknown[] = [];
	try {
		const work = new Apixo().execute.call(executeContext(run, memory, log));
		const came = await clock.run(
			work.then(
				(outputs) => ({ items: outputs[0] ?? [] }),
				(thrown: unknown) => ({ thrown }),
			),
		);
		const shown = inspect({ came, memory, log }, { depth: 12, showHidden: true });
		return { ...came, memory, shown };
	} finally {
		restore();
	}
}

function executeContext(
	{ parameters, items, send, credential, continueOnFail = false, type = 'apixo' }: NodeRun,
	memory: Record<string, unknown>,
	log: unknown[],
): IExecuteFunctions {
	const base = contextSending(async (options) => await send(options), credential);
	const context = {
		...base,
		getNode: () => ({ name: 'APIXO', type, typeVersion: 1, position: [0, 0], parameters: {} }),
		getInputData: () => items,
		getNodeParameter: (name: string, index: number, fallback: unknown) =>
			valueOf(parameters[index] ?? {}, name, fallback),
		getContext: () => memory,
		getWorkflow: () => ({ id: undefined, name: 'Drawn', active: false }),
		getMode: () => 'manual',
		getExecutionId: () => '7',
		continueOnFail: () => continueOnFail,
		evaluateExpression: (text: string) => (text.includes('resumeUrl') ? RESUME_URL : 0),
		putExecutionToWait: async () => {},
		logger: {
			info: (...words: unknown[]) => log.push(words),
			warn: (...words: unknown[]) => log.push(words),
		},
		addExecutionHints: (...hints: unknown[]) => log.push(hints),
		helpers: {
			...base.helpers,
			httpRequest: async () => await Promise.reject(new Error('no clips here')),
			getBinaryMetadata: async () => ({ fileSize: 1_000 }),
			createBinarySignedUrl: () => `${N8N_URL}/rest/binary-data/signed?token=abc`,
		},
	};
	return context as unknown as IExecuteFunctions;
}

function valueOf(parameters: Parameters, name: string, fallback: unknown): unknown {
	const value = Object.hasOwn(parameters, name) ? parameters[name] : fallback;
	if (value instanceof FailingExpression) throw new Error(value.message);
	return value;
}

/** What JavaScript itself says about a mistake in our code. */
const MISTAKE =
	/cannot (read|convert|set|use|mix)|is not (a|an|iterable|defined|extensible)\b|unexpected token|invalid url|circular/i;

/** An error of ours says what happened and how to get unstuck, in words that we wrote. */
export function expectOwnError(error: unknown): void {
	expect([NodeApiError, NodeOperationError].some((kind) => error instanceof kind)).toBe(true);
	const { message, description } = error as NodeApiError | NodeOperationError;
	expect(message).not.toBe('');
	expect(description ?? '').not.toBe('');
	expect(message).not.toMatch(MISTAKE);
	expect(message).not.toContain('failed unexpectedly');
}

/** An item is a task, a balance, or the text of an error of ours. */
export function expectOwnItem({ json, pairedItem }: INodeExecutionData, index: number): void {
	expect(pairedItem).toEqual({ item: index });
	const { error, taskId, balance } = json;
	if (error !== undefined) {
		expect(String(error)).not.toBe('');
		expect(String(error)).not.toMatch(MISTAKE);
		expect(String(error)).not.toContain('failed unexpectedly');
	} else if (balance === undefined) {
		expect(String(taskId)).not.toBe('');
		expect(typeof json.state).toBe('string');
	} else {
		expect(Number.isFinite(balance)).toBe(true);
	}
}

export interface WebhookCall {
	body: unknown;
	query: Record<string, unknown>;
	parameters?: Parameters;
	/** What the node's context keeps. */
	memory?: unknown;
	/** The items that n8n keeps of a suspended node. */
	items?: INodeExecutionData[];
	staticData?: Record<string, unknown>;
	send: (request: IHttpRequestOptions) => unknown;
}

export interface WebhookResult {
	/** Undefined where n8n itself answers, with 200. */
	status?: number;
	result: IWebhookResponseData;
	/** All that the caller and the next nodes see. */
	shown: string;
}

let calls = 0;

/** Calls a node's webhook as n8n does; it must not throw, because that would end an execution. */
export async function callWebhook(
	webhook: (this: IWebhookFunctions) => Promise<IWebhookResponseData>,
	{ body, query, parameters = {}, memory, items = [], staticData = {}, send }: WebhookCall,
): Promise<WebhookResult> {
	const clock = new VirtualClock();
	const restore = installClock(clock);
	const said: unknown[] = [];
	// The trigger remembers what it took by workflow, as long as the process lives.
	const workflowId = `w${++calls}`;
	const response = {
		statusCode: 200,
		status: (code: number) => Object.assign(response, { statusCode: code }),
		json: (value: unknown) => said.push(value),
		once: () => response,
	};
	const base = contextSending(async (options) => await send(options));
	const node = { name: 'APIXO', id: 'n', type: 'x', typeVersion: 1, position: [0, 0] };
	const context = {
		...base,
		getBodyData: () => body,
		getQueryData: () => query,
		getNode: () => ({ ...node, parameters: {}, onError: 'continueRegularOutput' }),
		getNodeParameter: (name: string, fallback: unknown) => valueOf(parameters, name, fallback),
		getWorkflow: () => ({ id: workflowId }),
		getWorkflowStaticData: () => staticData,
		getResponseObject: () => response,
		runExecutionData: {
			executionData: {
				nodeExecutionStack: [{ node: { ...node, disabled: true }, data: { main: [items] } }],
				contextData: { [`node:${node.name}`]: memory },
			},
		},
		logger: { warn: (...words: unknown[]) => said.push(...words) },
	};
	try {
		const result = await clock.run(webhook.call(context as unknown as IWebhookFunctions));
		const status =
			response.statusCode === 200 && said.length === 0 ? undefined : response.statusCode;
		const shown = inspect({ result, said }, { depth: 12 });
		return { status, result, shown };
	} finally {
		restore();
	}
}
