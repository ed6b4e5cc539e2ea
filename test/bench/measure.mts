import { setTimeout as delay } from 'node:timers/promises';
import { MAX_CONCURRENT_TASKS } from '../../nodes/shared/contract.ts';
import type { SandboxOptions, SandboxStats, SandboxTask } from '../../sandbox/index.ts';
import { NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { N8nClient } from '../../harness/n8n/client.mts';
import type { Execution, Status } from '../../harness/n8n/execution.mts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { type N8nServer, startN8n } from '../../harness/n8n/server.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { Probe, PROBED } from '../../harness/probe/probe.mts';
import { forcedMs } from '../unit/lib/forced-time.ts';
import { type Service, startService } from './service.mts';
import type { Target, Way } from './ways.mts';

/** n8n is asked this often whether a run has ended; n8n itself notes when. Milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** A question to n8n is repeated this often, when n8n is too busy to answer. */
const TRIES = 60;

/** What takes longer is stopped, and counts as failed. */
const RUN_AT_MOST_MS = 15 * 60_000;

/** One that was suspended or wakes up has a time of its stop, too. */
export const ENDED: Status[] = ['success', 'error', 'crashed', 'canceled'];

/** By then all tasks of 1,000 items or fewer are submitted, and none was looked at. ms */
const HEAP_AFTER_MS = 20_000;

/** n8n's code is warm after a run of so many items. */
const WARM_UP_ITEMS = 20;

/** What one run came to. Money aside, all that a user may care about. */
export interface Row {
	items: number;
	/** Why the run failed, if it did. */
	failed?: string;
	/** From the start to the last item. */
	seconds: number;
	/** The slowest task; beyond 1,000 items, what the limit of concurrent tasks forces. */
	forcedSeconds: number;
	/** Accepted, and so paid for. */
	accepted: number;
	/** Accepted, and not among the items that came out. */
	lost: number;
	/** Accepted for an item that had a task already. */
	twice: number;
	reads: number;
	requests: number;
	tooMany: number;
	/** Seconds of n8n's CPU, above what it takes in that time while it waits for one video. */
	cpu: number;
	/** Resident memory, bytes: before, and the most. */
	memoryBefore: number;
	memoryPeak: number;
	/** By how much JavaScript's heap has grown 20 s after the start, while all wait; bytes. */
	heapWaiting: number;
	/** Against the service's contract. */
	breaches: number;
}

/** An n8n and a sandbox for one way. */
export class Bench {
	/** CPU that n8n takes when it has next to nothing to do: share of one core. */
	private idle = 0;

	private constructor(
		private readonly way: Way,
		private readonly server: N8nServer,
		private readonly n8n: N8nClient,
		private readonly service: Service,
		private readonly target: Target,
		private readonly concurrency: number,
	) {}

	static async open(tarball: string, way: Way, options: SandboxOptions = {}): Promise<Bench> {
		const service = await startService({ balance: 1_000, ...options });
		const server = await startN8n({
			version: NEWEST_N8N,
			userFolder: temporaryFolder('bench'),
			packageTarball: tarball,
			env: { ...PROBED, N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' },
		});
		const n8n = await N8nClient.signIn(server);
		const { baseUrl, apiKey } = service;
		const bearer = { name: 'Authorization', value: `Bearer ${apiKey}` };
		const target = {
			baseUrl,
			apixo: await saveApixoCredential(n8n, service),
			header: await n8n.saveCredential('APIXO header', 'httpHeaderAuth', bearer),
		};
		const concurrency = options.concurrentTasks ?? MAX_CONCURRENT_TASKS;
		return new Bench(way, server, n8n, service, target, concurrency);
	}

	async close(): Promise<void> {
		await this.server.stop();
		await this.service.stop();
	}

	/** Lets n8n compile what it runs, then learns what it takes while it waits for one video. */
	async warmUp(): Promise<void> {
		await this.run(WARM_UP_ITEMS);
		const { cpu, seconds } = await this.run(1);
		this.idle = cpu / seconds;
	}

	async run(items: number): Promise<Row> {
		await this.service.reset();
		const file = this.way.workflow(items, this.target);
		const workflow = await patiently(async () => await this.n8n.createWorkflow(file));
		const probe = new Probe(this.server);
		const heapBefore = (await probe.holdings()).heapUsed;
		probe.forgetPeak();
		const memoryBefore = probe.peak();
		const [cpuBefore, startedAt] = [probe.cpu(), Date.now()];
		const id = await this.n8n.start(workflow);
		const heap = delay(HEAP_AFTER_MS).then(async () => (await probe.holdings()).heapUsed);
		const stoppedAt = await this.ended(workflow.id, id);
		const heapWaiting = (await heap) - heapBefore;
		const wallSeconds = (Date.now() - startedAt) / 1000;
		const cpu = probe.cpu() - cpuBefore - this.idle * wallSeconds;
		const memoryPeak = probe.peak();
		const execution = await patiently(async () => await this.n8n.execution(id));
		const { service } = this;
		const [stats, tasks] = [await service.stats(), await service.tasks()];
		return {
			items,
			failed:
				execution.status === 'success' ? undefined : (execution.error?.message ?? execution.status),
			seconds: (stoppedAt - startedAt) / 1000,
			forcedSeconds: this.forced(tasks),
			...this.fate(execution, tasks),
			...requests(stats),
			cpu,
			memoryBefore,
			memoryPeak,
			heapWaiting,
			breaches: (await service.breaches()).length,
		};
	}

	/** When the only execution of this workflow ended, as n8n noted it; Unix ms. */
	private async ended(workflowId: string, executionId: string): Promise<number> {
		const deadline = Date.now() + RUN_AT_MOST_MS;
		for (;;) {
			await delay(LOOK_EVERY_MS);
			const [execution] = await patiently(async () => await this.n8n.executionsOf(workflowId));
			if (execution?.stoppedAt && ENDED.includes(execution.status)) {
				return Date.parse(execution.stoppedAt);
			}
			if (Date.now() > deadline) await patiently(async () => await this.n8n.stop(executionId));
		}
	}

	private forced(tasks: SandboxTask[]): number {
		const times = tasks.map(({ costTime }) => costTime);
		return forcedMs(times, this.concurrency) / 1000;
	}

	private fate(execution: Execution, tasks: SandboxTask[]) {
		const { node, index } = this.way.output;
		const runs = execution.runs[node] ?? [];
		const items = runs.flatMap(({ outputs }) => outputs[index] ?? []);
		const delivered = new Set(items.map((item) => this.way.taskOf(item)));
		const prompts = new Set(tasks.map(({ request }) => request.input.prompt));
		return {
			accepted: tasks.length,
			lost: tasks.filter(({ id }) => !delivered.has(id)).length,
			twice: tasks.length - prompts.size,
		};
	}
}

/** n8n that has too much to do drops connections, or says that its database is not ready. */
export async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
	for (let tries = 1; ; tries++) {
		try {
			return await ask();
		} catch (error) {
			if (tries === TRIES) throw error;
			await delay(LOOK_EVERY_MS);
		}
	}
}

/** Of the node, and how many of them were turned away. */
export function requests({ submissionsReceived, reads, tooManyRequests }: SandboxStats) {
	const { submit, read } = tooManyRequests;
	return {
		reads,
		requests: submissionsReceived + reads,
		tooMany: submit.rate + submit.concurrency + read.rate,
	};
}
