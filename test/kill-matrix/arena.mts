/** An n8n that can be ended in every way and comes back, alone or in queue mode. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { N8nClient } from '../../harness/n8n/client.mts';
import { startQueueN8n } from '../../harness/n8n/queue.mts';
import { startN8n } from '../../harness/n8n/server.mts';
import type { Mode } from './plan.ts';

export interface Arena {
	version: string;
	mode: Mode;
	client: N8nClient;
	/** Where webhooks are called. */
	webhookUrl: string;
	/** Ends the process that runs the executions, as a crash or as an administrator does. */
	end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
	revive(): Promise<void>;
	/** All that was ever logged by whoever ran executions. */
	log(): Promise<string>;
	close(): Promise<void>;
}

const ENVIRONMENT = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' };

/** It takes all executions of a round at once; and how soon a dead one's are noticed, ms: n8n takes 60 s and 30 s. */
const WORKER = {
	N8N_CONCURRENCY_PRODUCTION_LIMIT: '40',
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

interface ArenaOptions {
	version: string;
	mode: Mode;
	/** For n8n's own data. */
	folder: string;
	/** For what n8n says. */
	logFolder: string;
	packageTarball: string;
}

export async function openArena(options: ArenaOptions): Promise<Arena> {
	await mkdir(options.folder, { recursive: true });
	return options.mode === 'queue' ? await openQueue(options) : await openSingle(options);
}

async function openSingle(options: ArenaOptions): Promise<Arena> {
	const { version, folder: userFolder, logFolder, packageTarball } = options;
	const server = await startN8n({
		version,
		userFolder,
		logFolder,
		packageTarball,
		env: ENVIRONMENT,
	});
	return {
		version,
		mode: 'regular',
		client: await N8nClient.signIn(server),
		webhookUrl: server.url,
		end: async (signal) => await (signal === 'SIGKILL' ? server.kill() : server.stop()),
		revive: async () => await server.restart(),
		log: async () => await readFile(join(logFolder, 'n8n.log'), 'utf8'),
		close: async () => await server.stop(),
	};
}

async function openQueue(options: ArenaOptions): Promise<Arena> {
	const { version, folder, logFolder, packageTarball } = options;
	const n8n = await startQueueN8n({
		version,
		folder,
		logFolder,
		packageTarball,
		workers: 1,
		env: WORKER,
	});
	const worker = () => {
		const [only] = n8n.workers;
		if (!only) throw new Error('There is no worker.');
		return only;
	};
	return {
		version,
		mode: 'queue',
		client: await N8nClient.signIn(n8n),
		webhookUrl: n8n.webhookUrl,
		end: async (signal) => {
			if (signal === 'SIGTERM') return await worker().stop();
			await worker().kill();
			// Its machine is lost: the worker that takes its place knows nothing of what it ran.
			const home = join(folder, 'worker-1', '.n8n');
			const events = (await readdir(home)).filter((name) => name.startsWith('n8nEventLog'));
			await Promise.all(events.map(async (name) => await rm(join(home, name))));
		},
		revive: async () => await n8n.restartWorker(0),
		log: async () => await readFile(join(logFolder, 'worker-1', 'n8n.log'), 'utf8'),
		close: async () => await n8n.stop(),
	};
}
