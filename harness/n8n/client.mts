import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { type Execution, parseExecution, type Status } from './execution.mts';
import type { StoredWorkflow, Workflow } from './workflow.mts';

/** How often n8n is asked whether an execution has ended. Milliseconds. */
const POLL_EVERY_MS = 100;

/** Milliseconds. */
const WAIT_AT_MOST_MS = 60_000;

export const OWNER = {
	email: 'owner@example.com',
	password: 'Owner-of-n8n-1',
	firstName: 'Olive',
	lastName: 'Owner',
};

/** What a workflow's node names to use a credential. */
export interface CredentialRef {
	id: string;
	name: string;
}

export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

/** n8n's own REST interface, the one that its editor talks to, on 1.x and 2.x alike. */
export class N8nClient {
	private readonly http: AxiosInstance;

	private constructor(
		readonly url: string,
		readonly version: string,
		private readonly cookie: string,
	) {
		this.http = axios.create({
			baseURL: `${url}/rest`,
			headers: { cookie },
			// Answers are judged in `data`, so that what n8n said gets into the error.
			validateStatus: null,
			proxy: false,
		});
	}

	/**
	 * Signs in as the owner, who is made first when this n8n has none.
	 *
	 * @throws Error with n8n's answer when it has another owner.
	 */
	static async signIn(server: { url: string; version: string }): Promise<N8nClient> {
		const { url, version } = server;
		const visitor = axios.create({ baseURL: `${url}/rest`, validateStatus: null, proxy: false });
		const settings = await data<{ userManagement?: { showSetupOnFirstLoad?: boolean } }>(
			visitor.get('/settings'),
		);
		if (settings.userManagement?.showSetupOnFirstLoad) {
			await data(visitor.post('/owner/setup', OWNER));
		}
		const { email, password } = OWNER;
		const login = await visitor.post('/login', { emailOrLdapLoginId: email, password });
		await data(Promise.resolve(login));
		const cookie = (login.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
		return new N8nClient(url, version, cookie);
	}

	/** The session, for a browser to go on with. */
	cookies(): Array<{ name: string; value: string }> {
		return this.cookie.split('; ').map((pair) => {
			const [name = '', ...value] = pair.split('=');
			return { name, value: value.join('=') };
		});
	}

	/** Makes a credential, or changes the one of that type and name. */
	async saveCredential(
		name: string,
		type: string,
		values: Record<string, unknown>,
	): Promise<CredentialRef> {
		const all = await data<Array<CredentialRef & { type: string }>>(this.http.get('/credentials'));
		const old = all.find((credential) => credential.name === name && credential.type === type);
		const body = { name, type, data: values };
		const { id } = await data<CredentialRef>(
			old ? this.http.patch(`/credentials/${old.id}`, body) : this.http.post('/credentials', body),
		);
		return { id, name };
	}

	/**
	 * Signs a credential in with its service, as "Sign in with …" does in a browser.
	 *
	 * @param agree says yes on the service's page, and gives the address that this leads back to.
	 * @throws Error when n8n did not take what came back.
	 */
	async authorize({ id, name }: CredentialRef, agree: (page: string) => string): Promise<void> {
		const page = await data<string>(this.http.get('/oauth2-credential/auth', { params: { id } }));
		const back = await this.http.get<string>(agree(page), { baseURL: '' });
		if (back.status !== 200 || !/Connection successful/.test(back.data)) {
			throw new Error(`"${name}" could not be signed in: ${back.data}`);
		}
	}

	/** The ID of the data table with this name, which is made, with these rows in it, if there is none. */
	async dataTable(name: string, rows: Array<Record<string, string>>): Promise<string> {
		const tables = `/projects/${await this.ownProject()}/data-tables`;
		const { data: all } = await data<{ data: Array<{ id: string; name: string }> }>(
			this.http.get(tables),
		);
		const old = all.find((table) => table.name === name);
		if (old) return old.id;
		const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
		const columns = names.map((column) => ({ name: column, type: 'string' }));
		const { id } = await data<{ id: string }>(this.http.post(tables, { name, columns }));
		await this.addRows(id, rows);
		return id;
	}

	async addRows(table: string, rows: Array<Record<string, string>>): Promise<void> {
		const path = `/projects/${await this.ownProject()}/data-tables/${table}/insert`;
		await data(this.http.post(path, { data: rows, returnType: 'count' }));
	}

	/** All rows of a data table, in the order in which they came. */
	async rowsOf(table: string): Promise<Array<Record<string, unknown>>> {
		const path = `/projects/${await this.ownProject()}/data-tables/${table}/rows`;
		const params = { take: 100, sortBy: 'id:asc' };
		return (await data<{ data: Array<Record<string, unknown>> }>(this.http.get(path, { params })))
			.data;
	}

	private async ownProject(): Promise<string> {
		return (await data<{ id: string }>(this.http.get('/projects/personal'))).id;
	}

	/** What the editor's "Test" of a credential says. */
	async testCredential(
		ref: CredentialRef,
		type: string,
		values: Record<string, unknown>,
	): Promise<CredentialTest> {
		const credentials = { ...ref, type, data: values };
		return await data(this.http.post('/credentials/test', { credentials }));
	}

	async workflows(): Promise<StoredWorkflow[]> {
		return await data(this.http.get('/workflows'));
	}

	async workflow(id: string): Promise<StoredWorkflow> {
		return await data(this.http.get(`/workflows/${id}`));
	}

	/** Stores a workflow as a new one. Nodes get the ids that n8n's own importer gives them. */
	async createWorkflow(workflow: Workflow): Promise<StoredWorkflow> {
		const { name, connections, settings = {}, pinData = {} } = workflow;
		const nodes = workflow.nodes.map((node) => ({ ...node, id: node.id ?? randomUUID() }));
		const body = { name, nodes, connections, settings, pinData, active: false };
		return await data(this.http.post('/workflows', body));
	}

	/**
	 * Switches a workflow's triggers on: "active" in 1.x, "published" in 2.x.
	 *
	 * @throws Error when a trigger could not be switched on.
	 */
	async activate({ id, versionId }: StoredWorkflow): Promise<void> {
		if (this.isOld) {
			await data(this.http.patch(`/workflows/${id}`, { active: true, versionId }));
			return;
		}
		await data(this.http.post(`/workflows/${id}/activate`, { versionId }));
		// Newer ones answer first and publish then.
		const state = await this.published(id);
		if (state !== 'published') throw new Error(`Workflow ${id} could not be published: ${state}.`);
	}

	/**
	 * Starts a workflow as "Execute workflow" does.
	 *
	 * @param trigger the node to start from. Default: the first whose type says trigger or webhook.
	 * @returns the execution's id.
	 */
	async start(workflow: StoredWorkflow, trigger?: string): Promise<string> {
		const name = trigger ?? workflow.nodes.find(({ type }) => /trigger|webhook/i.test(type))?.name;
		if (!name) throw new Error(`Workflow "${workflow.name}" has no trigger to start from.`);
		const body = { workflowData: workflow, triggerToStartFrom: { name } };
		// 1.x takes the run for a partial one unless these two are there.
		const run = this.isOld ? { ...body, startNodes: [], runData: {} } : body;
		const { executionId } = await data<{ executionId?: string }>(
			this.http.post(`/workflows/${workflow.id}/run`, run),
		);
		if (!executionId)
			throw new Error(`Workflow "${workflow.name}" waits for a call to its trigger.`);
		return executionId;
	}

	/** Starts a workflow and waits for its end, or until it is suspended. */
	async run(workflow: StoredWorkflow, timeoutMs = WAIT_AT_MOST_MS): Promise<Execution> {
		return await this.ended(await this.start(workflow), timeoutMs);
	}

	async execution(id: string): Promise<Execution> {
		return parseExecution(await data(this.http.get(`/executions/${id}`)));
	}

	/** A workflow's executions, the newest first. */
	async executionsOf(workflowId: string): Promise<ExecutionSummary[]> {
		const params = { filter: JSON.stringify({ workflowId }), limit: 100 };
		return (await data<{ results: ExecutionSummary[] }>(this.http.get('/executions', { params })))
			.results;
	}

	/**
	 * Waits until an execution is in one of these states.
	 *
	 * @throws Error after `timeoutMs` with the state that it is in.
	 */
	async reached(
		id: string,
		wanted: readonly Status[],
		timeoutMs = WAIT_AT_MOST_MS,
	): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.execution(id);
			const late = Date.now() > deadline;
			if (wanted.includes(execution.status) && (execution.isWhole || late)) return execution;
			if (late) {
				const is = `is "${execution.status}" after ${timeoutMs / 1000} s`;
				throw new Error(`Execution ${id} ${is}; expected ${wanted.join(' or ')}.`);
			}
			await delay(POLL_EVERY_MS);
		}
	}

	/** Waits until an execution has ended or is suspended. */
	async ended(id: string, timeoutMs = WAIT_AT_MOST_MS): Promise<Execution> {
		return await this.reached(
			id,
			['success', 'error', 'crashed', 'canceled', 'waiting'],
			timeoutMs,
		);
	}

	/** The newest execution of a workflow once there is one, when it has ended or is suspended. */
	async latest(workflowId: string, timeoutMs = WAIT_AT_MOST_MS): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const [newest] = await this.executionsOf(workflowId);
			if (newest) return await this.ended(newest.id, deadline - Date.now());
			if (Date.now() > deadline) {
				throw new Error(`Workflow ${workflowId} was not started within ${timeoutMs / 1000} s.`);
			}
			await delay(POLL_EVERY_MS);
		}
	}

	/** As the "Stop" button does. */
	async stop(id: string): Promise<void> {
		await data(this.http.post(`/executions/${id}/stop`, {}));
	}

	/** As "Retry with original workflow" does. Resolves when the new execution has ended. */
	async retry(id: string): Promise<Execution> {
		// n8n answers when the new execution has ended or is suspended.
		const started = await data<{ id: string }>(
			this.http.post(`/executions/${id}/retry`, { loadWorkflow: false }),
		);
		return await this.ended(started.id);
	}

	/** The node types that this n8n knows, e.g. `n8n-nodes-apixo.apixo`. */
	async nodeTypes(): Promise<NodeTypeDescription[]> {
		const { data: types } = await this.http.get<NodeTypeDescription[]>('/types/nodes.json', {
			baseURL: this.url,
		});
		return types;
	}

	/** The content of a stored file, as the editor's "Download" fetches it. */
	async download(id: string): Promise<Buffer> {
		const { data: content, status } = await this.http.get<ArrayBuffer>('/binary-data', {
			params: { id, action: 'download' },
			responseType: 'arraybuffer',
		});
		if (status !== 200) throw new Error(`n8n answered ${status} for binary data ${id}.`);
		return Buffer.from(content);
	}

	/** How publishing a workflow ended. n8n before 2.30 publishes before it answers. */
	private async published(id: string): Promise<string> {
		const deadline = Date.now() + WAIT_AT_MOST_MS;
		for (;;) {
			const answer = await this.http.get(`/workflows/${id}/publication-status`);
			if (answer.status === 404) return 'published';
			const { status } = await data<{ status: string }>(Promise.resolve(answer));
			if (status !== 'in_progress' || Date.now() > deadline) return status;
			await delay(POLL_EVERY_MS);
		}
	}

	private get isOld(): boolean {
		return this.version.startsWith('1.');
	}
}

export interface ExecutionSummary {
	id: string;
	status: Status;
	/** Its start and its end, as dates in ISO 8601. */
	startedAt?: string | null;
	stoppedAt?: string | null;
}

export interface NodeTypeDescription {
	name: string;
	displayName: string;
	properties: Array<{ name: string; displayName: string }>;
	credentials?: Array<{ name: string }>;
}

/** n8n wraps most answers in `data`, and tells what is wrong in `message`. */
async function data<Value = unknown>(request: Promise<AxiosResponse>): Promise<Value> {
	const { status, data: body, config } = await request;
	if (status >= 400) {
		const said = (body as { message?: string } | null)?.message ?? String(body);
		throw new Error(`n8n answered ${status} to ${config.method} ${config.url}: ${said}`);
	}
	return (body as { data: Value }).data;
}
