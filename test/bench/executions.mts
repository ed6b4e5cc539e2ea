import { NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { N8nClient } from '../../harness/n8n/client.mts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { startQueueN8n } from '../../harness/n8n/queue.mts';
import { startN8n } from '../../harness/n8n/server.mts';
import { MAX_CONCURRENT_TASKS, MAX_REQUESTS_PER_MINUTE } from '../../nodes/shared/contract.ts';
import { type FloodResult, measureFlood } from './flood.mts';
import { CLIP_MS, type Load, type LoadResult, runLoad, type Stage } from './load.mts';
import { type Service, startService } from './service.mts';

/** Executions side by side on one account, and a flood of forged callbacks. */
export interface ExecutionsResult {
	loads: LoadResult[];
	flood: FloodResult;
}

const SMALL = { concurrentTasks: 3, requestsPerMinute: 10 };
const DOCUMENTED = {
	concurrentTasks: MAX_CONCURRENT_TASKS,
	requestsPerMinute: MAX_REQUESTS_PER_MINUTE,
};
const STRICT = { limiter: 'sliding', countsRefused: true } as const;
const MILD = { limiter: 'sliding', countsRefused: false } as const;

const NINE: Load = { executions: 9, clips: 1, ...SMALL, ...STRICT };
const TWENTY: Load = { executions: 20, clips: 100, ...DOCUMENTED, ...MILD };

/** They hardly load the machine, so they run beside one another, each on an account of its own. */
const WAITING: Load[] = [
	NINE,
	{ ...NINE, limiter: 'fixed' },
	{ ...NINE, limiter: 'bucket' },
	{ ...NINE, ...MILD },
	{ ...NINE, executions: 1, clips: 9 },
	{ executions: 24, clips: 1, ...DOCUMENTED, concurrentTasks: SMALL.concurrentTasks, ...MILD },
];

/** Takes about ten minutes. */
export async function measureExecutions(tarball: string): Promise<ExecutionsResult> {
	const server = await startN8n({
		version: NEWEST_N8N,
		userFolder: temporaryFolder('bench'),
		packageTarball: tarball,
	});
	const loads: LoadResult[] = [];
	let flood: FloodResult;
	try {
		const stage = { n8n: await N8nClient.signIn(server), webhookUrl: server.url, workers: 0 };
		loads.push(...(await sideBySide(stage, WAITING)), ...(await sideBySide(stage, [TWENTY])));
		flood = await withService({}, async (service) => await measureFlood(stage, service));
	} finally {
		await server.stop();
	}
	loads.push(...(await measureQueue(tarball)));
	return { loads, flood };
}

async function measureQueue(packageTarball: string): Promise<LoadResult[]> {
	const [folder, workers] = [temporaryFolder('bench-queue'), 2];
	const queue = await startQueueN8n({ version: NEWEST_N8N, folder, packageTarball, workers });
	try {
		const stage = { n8n: await N8nClient.signIn(queue), webhookUrl: queue.webhookUrl, workers };
		return [...(await sideBySide(stage, [NINE])), ...(await sideBySide(stage, [TWENTY]))];
	} finally {
		await queue.stop();
	}
}

async function sideBySide(stage: Stage, loads: Load[]): Promise<LoadResult[]> {
	return await Promise.all(
		loads.map(async (load) => {
			const { executions, clips, ...limits } = load;
			const options = { ...limits, taskTimeMs: CLIP_MS, balance: 1_000 };
			const result = await withService(
				options,
				async (service) => await runLoad(stage, service, load),
			);
			console.error(JSON.stringify(result));
			return result;
		}),
	);
}

async function withService<Result>(
	options: Parameters<typeof startService>[0],
	work: (service: Service) => Promise<Result>,
): Promise<Result> {
	const service = await startService(options);
	try {
		return await work(service);
	} finally {
		await service.stop();
	}
}
