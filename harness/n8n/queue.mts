import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseEnvironment, startPostgres, startRedis } from './databases.mts';
import { installPackage } from './package.mts';
import type { StartedProcess } from './process.mts';
import { freePort, launchN8n, type LaunchOptions, quietEnvironment } from './server.mts';

const READY: Record<LaunchOptions['command'], RegExp> = {
	start: /Editor is now accessible/,
	worker: /n8n worker is now ready/,
	webhook: /Webhook listener waiting for requests/,
};

/** The defaults in queue mode: 1.x keeps files in the execution's own data, newer ones in a table. */
const BINARY_DATA_MODE = { old: 'default', new: 'database' } as const;

export interface QueueOptions {
	version: string;
	/** Gets one user folder for each process, as machines of their own would have. */
	folder: string;
	/** Gets a folder with the log of each process. Default: the same. */
	logFolder?: string;
	packageTarball: string;
	workers: number;
	/** Added to the environment of every process, last. */
	env?: Record<string, string>;
}

/** n8n as larger installations run it: one main, some workers, one process for webhooks. */
export interface QueueN8n {
	version: string;
	/** Of the main process: editor and REST interface. */
	url: string;
	/** Of the webhook process: what the outside world calls. */
	webhookUrl: string;
	main: StartedProcess;
	webhook: StartedProcess;
	workers: StartedProcess[];
	/** Starts a worker again that was killed, by its index. */
	restartWorker(index: number): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Starts Redis, PostgreSQL and all processes of n8n, each with the package installed.
 *
 * @throws Error when one of them does not start. None is left running then.
 */
export async function startQueueN8n(options: QueueOptions): Promise<QueueN8n> {
	const { version, folder, logFolder = folder, packageTarball, workers: workerCount } = options;
	const started: StartedProcess[] = [];
	const databases: StartedProcess[] = [];
	// The n8n processes first, the databases that they talk to after them.
	const stop = async () => {
		await Promise.all(started.map(async (process) => await process.stop()));
		await Promise.all(databases.map(async (process) => await process.stop()));
	};
	try {
		const redis = await startRedis();
		databases.push(redis.process);
		const postgres = await startPostgres();
		databases.push(postgres.process);
		const port = await freePort();
		const webhookPort = await freePort();
		const url = `http://127.0.0.1:${port}`;
		const webhookUrl = `http://127.0.0.1:${webhookPort}`;
		const shared = {
			...databaseEnvironment(redis, postgres),
			EXECUTIONS_MODE: 'queue',
			N8N_DEFAULT_BINARY_DATA_MODE: BINARY_DATA_MODE[version.startsWith('1.') ? 'old' : 'new'],
			// A proxy in front would send webhooks there; here the URL itself does.
			N8N_WEBHOOK_URL: `${webhookUrl}/`,
			WEBHOOK_URL: `${webhookUrl}/`,
			N8N_EDITOR_BASE_URL: `${url}/`,
			...options.env,
		};
		const launch = async (command: LaunchOptions['command'], name: string, ownPort: number) => {
			const userFolder = join(folder, name);
			await mkdir(userFolder, { recursive: true });
			await installPackage(packageTarball, userFolder);
			const env = {
				...quietEnvironment(userFolder),
				...shared,
				N8N_PORT: String(ownPort),
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			};
			const launched = await launchN8n({
				version,
				command,
				env,
				logFolder: join(logFolder, name),
				ready: READY[command],
			});
			started.push(launched);
			return launched;
		};
		// The main one makes the tables; the others need them.
		const main = await launch('start', 'main', port);
		const workers: StartedProcess[] = [];
		const restartWorker = async (index: number) => {
			workers[index] = await launch('worker', `worker-${index + 1}`, await freePort());
		};
		const serving = launch('webhook', 'webhook', webhookPort);
		const starts = Array.from({ length: workerCount }, async (_, index) => {
			await restartWorker(index);
		});
		// All that start are known to `stop` before the failure of one counts.
		await Promise.allSettled([serving, ...starts]);
		await Promise.all(starts);
		const webhook = await serving;
		return { version, url, webhookUrl, main, webhook, workers, restartWorker, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
