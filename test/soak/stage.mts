import axios from 'axios';
import type { Sandbox } from '../../sandbox/index.ts';
import type { CredentialRef, N8nClient } from '../../harness/n8n/client.mts';
import type { Execution } from '../../harness/n8n/execution.mts';
import type { StoredWorkflow, Workflow } from '../../harness/n8n/workflow.mts';
import { until } from '../../harness/until.ts';

/** n8n is asked this often whether something has happened, for so long. Milliseconds. */
const LOOK_EVERY_MS = 500;
const LOOK_FOR_MS = 180_000;

/** Where the parts of the load play. */
export class Stage {
	/** Executions that were started, by calls and by callbacks. */
	executions = 0;

	constructor(
		readonly n8n: N8nClient,
		readonly sandbox: Sandbox,
		readonly credential: CredentialRef,
	) {}

	/** Stores a workflow and switches it on. */
	async activate(workflow: Workflow): Promise<StoredWorkflow> {
		const stored = await this.n8n.createWorkflow(workflow);
		await this.n8n.activate(stored);
		return stored;
	}

	/** Starts the workflow at this path with these prompts; gives the execution's id. */
	async call(path: string, prompts: string[]): Promise<string> {
		const items = prompts.map((prompt) => ({ prompt }));
		const url = `${this.n8n.url}/webhook/${path}`;
		const { data } = await axios.post<unknown>(url, { items }, { proxy: false });
		this.executions++;
		return String(data);
	}

	/** The execution once it has ended. */
	async ended(id: string): Promise<Execution> {
		return await this.until(`execution ${id} to end`, async () => {
			const execution = await this.n8n.execution(id);
			const runs = ['new', 'running', 'waiting'].includes(execution.status) || !execution.isWhole;
			return runs ? undefined : execution;
		});
	}

	/** @throws Error that names what was waited for in vain. */
	async until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
		return await until(look, { what, forMs: LOOK_FOR_MS, everyMs: LOOK_EVERY_MS });
	}
}
