import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import type { CredentialRef, ExecutionSummary, N8nClient } from '../../harness/n8n/client.mts';
import { apixo, webhook } from '../../harness/n8n/nodes.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { chain, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import type { LimiterKind } from '../../sandbox/limiter.ts';
import { forcedMs } from '../unit/lib/forced-time.ts';
import { ENDED, patiently, requests } from './measure.mts';
import type { Service } from './service.mts';

/** Short, so that all of this takes minutes: what is measured is the waiting for a turn. */
export const CLIP_MS = 20_000;

/** Of each clip: the order, and one look when it is ready. */
const LEAST_REQUESTS = 2;

const LOOK_EVERY_MS = 1_000;

/** What takes longer is stopped, and its clips count as not delivered. */
const LOAD_AT_MOST_MS = 8 * 60_000;

/** Executions that start at the same moment, and what their account allows. */
export interface Load {
	executions: number;
	/** In each of them. */
	clips: number;
	concurrentTasks: number;
	requestsPerMinute: number;
	limiter: LimiterKind;
	countsRefused: boolean;
}

/** What became of them. */
export interface LoadResult extends Load {
	/** Of n8n in queue mode; 0 where it is a single process. */
	workers: number;
	seconds: number;
	/** What the limits force, without a request too many. */
	forcedSeconds: number;
	requests: number;
	tooMany: number;
	delivered: number;
	/** What the executions that failed said. */
	errors: string[];
	/** Accepted for an item that had a task already. */
	twice: number;
}

/** A running n8n, and where it is called from outside. */
export interface Stage {
	n8n: N8nClient;
	webhookUrl: string;
	workers: number;
}

/** Starts the executions, waits for their end, and counts what came of them. */
export async function runLoad(stage: Stage, service: Service, load: Load): Promise<LoadResult> {
	const { n8n, webhookUrl, workers } = stage;
	const path = `load-${new URL(service.baseUrl).port}`;
	const credential = await saveApixoCredential(n8n, service, path);
	const workflow = await n8n.createWorkflow(chain(path, nodes(path, credential)));
	await n8n.activate(workflow);
	const startedAt = Date.now();
	const calls = Array.from({ length: load.executions }, async (_, execution) => {
		const prompts = Array.from({ length: load.clips }, (_, clip) => `Clip ${execution}.${clip}`);
		await axios.post(`${webhookUrl}/webhook/${path}`, { prompts }, { proxy: false });
	});
	await Promise.all(calls);
	const ended = await allEnded(n8n, workflow.id, load.executions);
	const stopped = ended.map(({ stoppedAt }) => Date.parse(stoppedAt ?? ''));
	const delivered = new Set<unknown>();
	const errors: string[] = [];
	for (const { id } of ended) {
		const { runs, error } = await patiently(async () => await n8n.execution(id));
		if (error) errors.push(error.message);
		const items = (runs.APIXO ?? []).flatMap(({ outputs }) => outputs[0] ?? []);
		for (const { json } of items) if (json.state === 'success') delivered.add(json.taskId);
	}
	const tasks = await service.tasks();
	return {
		...load,
		workers,
		seconds: (Math.max(...stopped) - startedAt) / 1000,
		forcedSeconds: forcedSeconds(load),
		...requests(await service.stats()),
		delivered: tasks.filter(({ id }) => delivered.has(id)).length,
		errors,
		twice: tasks.length - new Set(tasks.map(({ request }) => request.input.prompt)).size,
	};
}

/** Gets prompts at its webhook, and gives an item for each. */
function nodes(path: string, credential: CredentialRef): WorkflowNode[] {
	const split: WorkflowNode = {
		name: 'Prompts',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		position: [220, 0],
		parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
	};
	return [webhook(path), split, apixo(credential, { prompt: '={{ $json.prompt }}' })];
}

async function allEnded(
	n8n: N8nClient,
	workflowId: string,
	count: number,
): Promise<ExecutionSummary[]> {
	const deadline = Date.now() + LOAD_AT_MOST_MS;
	for (;;) {
		await delay(LOOK_EVERY_MS);
		const all = await patiently(async () => await n8n.executionsOf(workflowId));
		const running = all.filter(({ status, stoppedAt }) => !stoppedAt || !ENDED.includes(status));
		if (all.length === count && running.length === 0) return all;
		if (Date.now() < deadline) continue;
		for (const { id } of running) await patiently(async () => await n8n.stop(id));
	}
}

/** All take the same time, so many at once; and so many requests a minute. */
function forcedSeconds({ executions, clips, concurrentTasks, requestsPerMinute }: Load): number {
	const count = executions * clips;
	const requestsMs = (LEAST_REQUESTS * count * 60_000) / requestsPerMinute;
	const tasksMs = forcedMs(new Array<number>(count).fill(CLIP_MS), concurrentTasks);
	return Math.max(tasksMs, requestsMs) / 1000;
}
