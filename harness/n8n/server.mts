import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import getPort, { portNumbers } from 'get-port';
import { ensureN8n } from './cache.mts';
import { installPackage } from './package.mts';
import { plainEnvironment, startProcess, type StartedProcess } from './process.mts';

/** From start to "Editor is now accessible", on a slow and busy machine. Milliseconds. */
const READY_WITHIN_MS = 180_000;

const READY = /Editor is now accessible/;

export interface N8nOptions {
	version: string;
	/** Holds `.n8n`: database, settings, binary data and installed packages. */
	userFolder: string;
	/** Gets `n8n.log`. Default: the user folder. */
	logFolder?: string;
	/** The tarball to install before n8n starts. Without it, what the folder has stays as it is. */
	packageTarball?: string;
	/** Default: a free one. */
	port?: number;
	/** Added to n8n's environment, last. */
	env?: Record<string, string>;
}

export interface N8nServer {
	readonly version: string;
	readonly url: string;
	readonly userFolder: string;
	/** Of the process that runs workflows; another one after `restart`. */
	readonly pid: number;
	/** The last of what n8n printed since it was last started. All of it is in `n8n.log`. */
	log(): string;
	/** Resolves when n8n has ended, with how it did. */
	readonly ended: Promise<string>;
	/** As an administrator stops it: running executions are told. */
	stop(): Promise<void>;
	/** As a crash or a lost machine stops it: nobody is told anything. */
	kill(): Promise<void>;
	/** Starts it again on the same folder and port, after `stop` or `kill`. */
	restart(): Promise<void>;
}

/**
 * Starts an n8n and resolves when its editor can be used.
 *
 * @throws Error when the port is taken, or when n8n does not start: with the end of its log.
 */
export async function startN8n(options: N8nOptions): Promise<N8nServer> {
	const { version, userFolder, logFolder, packageTarball } = options;
	const port = options.port ?? (await freePort());
	if (!(await isFree(port))) throw new Error(`Port ${port} is taken by another program.`);
	if (packageTarball) await installPackage(packageTarball, userFolder);

	const url = `http://127.0.0.1:${port}`;
	const env = {
		...quietEnvironment(userFolder),
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_EDITOR_BASE_URL: `${url}/`,
		N8N_WEBHOOK_URL: `${url}/`,
		WEBHOOK_URL: `${url}/`,
		...options.env,
	};
	const launch = async () =>
		await launchN8n({ version, command: 'start', env, logFolder, ready: READY });
	let running = await launch();
	return {
		version,
		url,
		userFolder,
		get pid() {
			return running.pid;
		},
		log: () => running.log(),
		get ended() {
			return running.ended;
		},
		stop: async () => await running.stop(),
		kill: async () => await running.kill(),
		restart: async () => {
			running = await launch();
		},
	};
}

export interface LaunchOptions {
	version: string;
	/** `start`, or a process of queue mode. */
	command: 'start' | 'worker' | 'webhook';
	env: Record<string, string>;
	/** Gets `n8n.log`. Default: the user folder. */
	logFolder?: string;
	/** What it prints when it is ready for work. */
	ready: RegExp;
}

/** Starts one process of n8n and resolves when it is ready. It is not left running if it is not. */
export async function launchN8n(options: LaunchOptions): Promise<StartedProcess> {
	const { version, command, env, logFolder, ready } = options;
	const n8n = await ensureN8n(version);
	// This module asks the vendor for a list, and a version that lacks it refuses to hear of it.
	const asksAround = existsSync(join(n8n.folder, 'node_modules/n8n/dist/modules/mcp-registry'));
	const quiet = asksAround ? { N8N_DISABLED_MODULES: 'mcp-registry' } : {};
	const started = startProcess({
		name: `n8n ${version} (${command})`,
		command: n8n.node,
		args: [n8n.entry, command],
		env: { ...plainEnvironment(dirname(n8n.node)), ...quiet, ...env },
		cwd: env.N8N_USER_FOLDER,
		logFile: join(logFolder ?? env.N8N_USER_FOLDER ?? '.', 'n8n.log'),
	});
	try {
		await started.printed(ready, READY_WITHIN_MS);
	} catch (error) {
		await started.kill();
		throw error;
	}
	return started;
}

/** An n8n that serves this machine alone, asks nobody anything, and calls no one up. */
export function quietEnvironment(userFolder: string): Record<string, string> {
	return {
		N8N_USER_FOLDER: userFolder,
		// Fixed, so that the processes of queue mode and restarts read each other's credentials.
		N8N_ENCRYPTION_KEY: 'a-fixed-key-for-a-local-n8n',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_LOG_LEVEL: 'info',
		// n8n 1.x has one connection unless told so, and mixes up the transactions of requests that come together.
		DB_SQLITE_POOL_SIZE: '4',
		// Seconds that running executions get to end when n8n is stopped: n8n itself takes 30.
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '3',
		NO_COLOR: '1',
	};
}

/**
 * A port that nobody listens on. It is not given out again for a while, so callers do not clash; and it lies
 * below those that the system hands to outgoing connections, which would take it in the meantime.
 */
export async function freePort(): Promise<number> {
	const from = 10_000 + Math.floor(Math.random() * 20_000);
	return await getPort({ host: '127.0.0.1', port: portNumbers(from, from + 200) });
}

/** Whether nobody on this machine listens on a port. */
export async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', (error: NodeJS.ErrnoException) =>
			error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
		);
		probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
	});
}
