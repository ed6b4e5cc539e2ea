/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';

import { WebhookContext } from 'n8n-core';
import {
	deepCopy,
	type IExecuteData,
	type INode,
	type IRun,
	type IRunExecutionData,
	type IWebhookData,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { until } from '../until';
import {
	additionalDataFor,
	createWorkflow,
	startWorkflow,
	type Running,
	type RunOptions,
	type WorkflowFile,
} from './engine';

interface Execution {
	file: WorkflowFile;
	status: 'running' | 'waiting' | 'ended';
	/** As a database would give it: text. */
	saved: string;
	ended: Promise<IRun>;
	end(run: IRun): void;
	resumes: number;
	running?: Running;
}

interface Trigger {
	file: WorkflowFile;
	staticData: Record<string, unknown>;
	started: Array<Record<string, unknown>>;
}

/**
 * The part of n8n that takes callbacks, around the real engine and its real `WebhookContext`: executions
 * that wait are saved as text, a callback to one that runs gets 409, the node that slept is disabled when
 * the engine goes on. It follows n8n's waiting-webhooks and webhook-helpers; the tests in a real n8n
 * prove that it does.
 */
export class N8nServer {
	/** As if n8n kept what is still to be run elsewhere. */
	hideStack = false;
	private readonly executions = new Map<string, Execution>();
	private readonly triggers = new Map<string, Trigger>();
	private readonly handling = new Set<Promise<void>>();
	private readonly server: Server;

	/** n8n 2.x lets one callback wake an execution that waits, n8n 1.x every one that found it waiting. */
	constructor(
		readonly options: RunOptions,
		private readonly major: 1 | 2 = 2,
	) {
		this.server = createServer((request, response) => {
			// As n8n answers what a webhook throws.
			const handled = this.handle(request, response).catch(() => refuse(response, 500));
			this.handling.add(handled);
			void handled.finally(() => this.handling.delete(handled));
		});
	}

	async listen(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** Runs a workflow until it sleeps or ends. */
	async execute(
		file: WorkflowFile,
		input?: RunOptions['input'],
		executionId = String(this.executions.size + 1),
		resume?: IRunExecutionData,
	): Promise<IRun> {
		let end: (run: IRun) => void = () => {};
		const ended = new Promise<IRun>((resolve) => (end = resolve));
		const execution: Execution = { file, status: 'running', saved: '{}', ended, end, resumes: 0 };
		this.executions.set(executionId, execution);
		return await this.run(executionId, execution, { input, resume });
	}

	/** An execution that was suspended before this n8n started. */
	remember(executionId: string, file: WorkflowFile, data: IRunExecutionData): void {
		let end: (run: IRun) => void = () => {};
		const ended = new Promise<IRun>((resolve) => (end = resolve));
		const saved = JSON.stringify(data);
		this.executions.set(executionId, { file, status: 'waiting', saved, ended, end, resumes: 0 });
	}

	/** What n8n has stored of an execution. */
	savedData(executionId = '1'): IRunExecutionData {
		return JSON.parse(this.find(executionId).saved) as IRunExecutionData;
	}

	/** The run that an execution ends with, however often it slept. */
	async ended(executionId = '1'): Promise<IRun> {
		return await this.find(executionId).ended;
	}

	resumes(executionId = '1'): number {
		return this.find(executionId).resumes;
	}

	isAsleep(executionId = '1'): boolean {
		return this.find(executionId).status === 'waiting';
	}

	/** What n8n does when the wait time of an execution is over. */
	async passDeadline(executionId = '1'): Promise<IRun> {
		const execution = this.find(executionId);
		const data = JSON.parse(execution.saved) as IRunExecutionData;
		return await this.run(executionId, execution, { resume: data });
	}

	/** Stop, while it runs. */
	async stop(executionId = '1'): Promise<void> {
		await until(() => this.find(executionId).running !== undefined);
		this.find(executionId).running?.stop();
	}

	/** Resolves when all callbacks so far are dealt with, also those that were answered before that. */
	async settled(): Promise<void> {
		await Promise.all(this.handling);
	}

	/** Activates a workflow whose first node takes webhooks; gives its production URL. */
	activate(file: WorkflowFile): Omit<Trigger, 'file'> & { url: string } {
		const id = `hook-${this.triggers.size + 1}`;
		const trigger: Trigger = { file, staticData: {}, started: [] };
		this.triggers.set(id, trigger);
		const { staticData, started } = trigger;
		return { url: `${this.url}/webhook/${id}/webhook`, staticData, started };
	}

	private find(executionId: string): Execution {
		const execution = this.executions.get(executionId);
		if (execution === undefined) throw new Error(`No execution ${executionId}`);
		return execution;
	}

	private async run(
		executionId: string,
		execution: Execution,
		more: Pick<RunOptions, 'input' | 'resume'>,
	): Promise<IRun> {
		execution.status = 'running';
		const options = { ...this.options, ...more, executionId, instanceBaseUrl: this.url };
		execution.running = await startWorkflow(execution.file, options);
		const run = await execution.running.done;
		execution.saved = JSON.stringify(run.data);
		execution.status = run.waitTill ? 'waiting' : 'ended';
		if (execution.status === 'ended') execution.end(run);
		return run;
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', this.url);
		const [, kind, id, suffix = ''] = url.pathname.split('/');
		Object.assign(request, {
			body: parse(await textOf(request)),
			query: Object.fromEntries(url.searchParams),
		});
		Object.assign(response, {
			status: (code: number) => Object.assign(response, { statusCode: code }),
			json: (value: unknown) => response.end(JSON.stringify(value)),
		});
		if (kind === 'webhook-waiting') return await this.wake(String(id), suffix, request, response);
		if (kind === 'webhook') return await this.trigger(String(id), request, response);
		refuse(response, 404);
	}

	private async wake(
		id: string,
		suffix: string,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		const execution = this.find(id);
		if (execution.status !== 'waiting') return refuse(response, 409);
		const data = JSON.parse(execution.saved) as IRunExecutionData;
		const stack = data.executionData?.nodeExecutionStack[0] as IExecuteData;
		stack.node.disabled = true;
		data.waitTill = undefined;
		data.resultData.runData[stack.node.name]?.pop();
		const { webhooks = [] } = this.options.nodeTypes.getByNameAndVersion(
			stack.node.type,
		).description;
		if (!webhooks.some(({ path }) => path === suffix)) return refuse(response, 404);
		const result = await this.callWebhook(execution.file, stack.node, id, data, request, response);
		if (result.workflowData === undefined) return answer(response, result);
		if (this.major === 2 && this.find(id).status !== 'waiting') return refuse(response, 409);
		execution.resumes++;
		stack.data.main = result.workflowData;
		execution.saved = JSON.stringify(data);
		const running = this.run(id, execution, { resume: data });
		answer(response, result);
		await running;
	}

	private async trigger(
		id: string,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		const trigger = this.triggers.get(id);
		const node = trigger?.file.nodes[0];
		if (trigger === undefined || node === undefined) return refuse(response, 404);
		const result = await this.callWebhook(
			trigger.file,
			node,
			undefined,
			null,
			request,
			response,
			trigger.staticData,
		);
		for (const item of result.workflowData?.[0] ?? []) trigger.started.push(item.json);
		answer(response, result);
	}

	private async callWebhook(
		file: WorkflowFile,
		node: INode,
		executionId: string | undefined,
		data: IRunExecutionData | null,
		request: IncomingMessage,
		response: ServerResponse,
		staticData: Record<string, unknown> = {},
	): Promise<IWebhookResponseData> {
		const options = { ...this.options, executionId, instanceBaseUrl: this.url };
		const workflow = createWorkflow(file, options, deepCopy(staticData) as never);
		const additionalData = Object.assign(additionalDataFor(file, options, 'webhook'), {
			httpRequest: request,
			httpResponse: response,
		});
		const nodeType = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const [webhookDescription] = nodeType.description.webhooks ?? [];
		const webhookData = { webhookDescription, node: node.name } as unknown as IWebhookData;
		const target = workflow.getNode(node.name) as INode;
		const context = new WebhookContext(
			workflow,
			target,
			additionalData,
			'webhook',
			webhookData,
			[],
			data,
		);
		if (nodeType.webhook === undefined) throw new Error(`${node.type} takes no webhooks`);
		if (this.hideStack) Object.assign(context, { runExecutionData: { executionData: {} } });
		const result = await nodeType.webhook.call(context);
		// n8n saves static data only when an execution starts.
		if (result.workflowData !== undefined) {
			Object.assign(staticData, deepCopy(workflow.staticData));
		}
		return result;
	}
}

function refuse(response: ServerResponse, status: number): void {
	if (!response.headersSent) response.writeHead(status).end();
}

function answer(
	response: ServerResponse,
	{ noWebhookResponse, webhookResponse }: IWebhookResponseData,
) {
	if (noWebhookResponse === true || response.headersSent) return;
	response
		.writeHead(200)
		.end(JSON.stringify(webhookResponse ?? { message: 'Workflow was started' }));
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text === '' ? undefined : text;
	}
}
