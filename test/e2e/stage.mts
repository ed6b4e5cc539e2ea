import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
	startSandbox,
	type Sandbox,
	type SandboxOptions,
	type SandboxTask,
} from '../../sandbox/index.ts';
import { NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { type CredentialRef, N8nClient } from '../../harness/n8n/client.mts';
import { packPackage } from '../../harness/n8n/package.mts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { type N8nServer, startN8n } from '../../harness/n8n/server.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { until } from '../../harness/until.ts';

export interface Folders {
	/** For n8n's own data. n8n copies its editor there, which must not lie in the checkout: the linter would read it. */
	folder: string;
	/** For what a person reads: logs, and pictures of failures. */
	logFolder: string;
}

/** What run.mts hands to the test files, in the environment variable APIXO_E2E. */
export interface Shared extends Folders {
	version: string;
	url: string;
	tarball: string;
}

/** The default of n8n 2.x; 1.x kept files in memory unless told so. memory.e2e.mts is about that. */
export const SHARED_ENVIRONMENT = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' };

/** Times pass so much faster in the sandbox: a clip that takes 30 s is there after 1.5 s. */
const TIME_SCALE = 20;

/** All that a test file plays on. */
export interface Stage extends Folders {
	version: string;
	n8n: N8nClient;
	sandbox: Sandbox;
	/** Leads to the sandbox. */
	credential: CredentialRef;
	/** The task with this prompt, once it is submitted; its prompt may go on after these words. */
	submitted(prompt: string): Promise<SandboxTask>;
	/** The task with this id. */
	task(id: unknown): SandboxTask;
	/** How many tasks were charged so far. */
	charged(): number;
	close(): Promise<void>;
}

let alone: Promise<{ shared: Shared; server: N8nServer }> | undefined;

/** What run.mts handed over; undefined when a file is run by itself. */
function handedOver(): Shared | undefined {
	const handed = process.env.APIXO_E2E;
	return handed ? (JSON.parse(handed) as Shared) : undefined;
}

/** The folders of this run, or those of this name below them. */
export function stageFolders(name = ''): Folders {
	const alone = () => {
		const folder = temporaryFolder('e2e');
		return { folder, logFolder: folder };
	};
	const { folder, logFolder } = handedOver() ?? alone();
	const folders = { folder: join(folder, name), logFolder: join(logFolder, name) };
	for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
	return folders;
}

/** The package to test. */
export async function packageTarball(): Promise<string> {
	return handedOver()?.tarball ?? process.env.APIXO_E2E_TARBALL ?? (await packPackage());
}

/** The n8n that run.mts started; or, when a file is run by itself, one of its own. */
async function sharedN8n(): Promise<Shared> {
	const shared = handedOver();
	if (shared) return shared;
	alone ??= (async () => {
		const folders = stageFolders();
		const tarball = await packageTarball();
		const version = VERSION;
		const server = await startN8n({
			version,
			userFolder: folders.folder,
			packageTarball: tarball,
			env: SHARED_ENVIRONMENT,
		});
		return { shared: { ...folders, version, url: server.url, tarball }, server };
	})();
	return (await alone).shared;
}

/** The version of n8n that the tests run on, for their names. */
export const VERSION = handedOver()?.version ?? process.env.APIXO_E2E_N8N ?? NEWEST_N8N;

/** Signs in to the shared n8n, with a sandbox and a credential of the caller's own. */
export async function openStage(options: SandboxOptions = {}): Promise<Stage> {
	const shared = await sharedN8n();
	const n8n = await N8nClient.signIn(shared);
	const stage = await addSandbox(n8n, options);
	const close = async () => {
		await stage.sandbox.close();
		await (await alone)?.server.stop();
	};
	const { version, folder, logFolder } = shared;
	return { ...stage, version, n8n, folder, logFolder, close };
}

export interface OwnStage extends Stage {
	server: N8nServer;
}

/** The same with an n8n of its own, for tests that end or configure it. */
export async function openOwnStage(
	name: string,
	env: Record<string, string> = SHARED_ENVIRONMENT,
	options: SandboxOptions = {},
): Promise<OwnStage> {
	const version = VERSION;
	const { folder, logFolder } = stageFolders(name);
	const server = await startN8n({
		version,
		userFolder: folder,
		logFolder,
		packageTarball: await packageTarball(),
		env,
	});
	const n8n = await N8nClient.signIn(server);
	const stage = await addSandbox(n8n, options);
	const close = async () => {
		await stage.sandbox.close();
		await server.stop();
	};
	return { ...stage, version, n8n, folder, logFolder, server, close };
}

/** A sandbox, a credential that leads to it, and what tests ask it. */
export async function addSandbox(n8n: N8nClient, options: SandboxOptions) {
	const sandbox = await startSandbox({ timeScale: TIME_SCALE, ...options });
	const name = `APIXO ${new URL(sandbox.baseUrl).port}`;
	const credential = await saveApixoCredential(n8n, sandbox, name);
	const task = (id: unknown) => {
		const found = sandbox.tasks().find((one) => one.id === id);
		if (!found) throw new Error(`The sandbox knows no task ${String(id)}.`);
		return found;
	};
	const submitted = async (prompt: string) => {
		const find = () => sandbox.tasks().find((one) => one.request.input.prompt.startsWith(prompt));
		return await eventually(`a task "${prompt}"`, find);
	};
	return { sandbox, credential, task, submitted, charged: () => sandbox.stats().charges };
}

/** Waits until `look` finds something; the error names `what`. */
export async function eventually<Found>(
	what: string,
	look: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
	return await until(look, { what, forMs: 30_000, everyMs: 50 });
}
