import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'proper-lockfile';
import { startProcess } from './process.mts';

const run = promisify(execFile);

/** The newest n8n whose dependencies all resolve, and the oldest line that is still maintained. */
export const NEWEST_N8N = '2.41.1';
export const OLDEST_N8N = '1.123.81';

/** The Node.js that runs n8n. Both lines of n8n run on it, so one is enough. */
const NODE_VERSION = '24.21.0';

/** n8n 1.x takes xlsx from a host outside the npm registry; the registry's own serves as well. */
const OVERRIDES_1X = { xlsx: '0.18.5' };

/** n8n's node_modules and npm's own cache, with room to spare. Bytes. */
const N8N_NEEDS_BYTES = 5 * 1024 ** 3;

/** Written last, so a folder without it is known to be half-installed. */
const MARKER = '.installed.json';

/** Another run that installs touches its lock all the time; one silent for so long is dead. ms. */
const LOCK_STALE_MS = 60_000;

export interface Installed {
	/** The folder whose node_modules holds the package. */
	folder: string;
	/** The executable, or the script that Node.js runs. */
	entry: string;
}

/** Where n8n and Node.js are kept, outside the checkout. `APIXO_CACHE_DIR` names another place. */
export function cacheFolder(): string {
	const { APIXO_CACHE_DIR, XDG_CACHE_HOME } = process.env;
	return APIXO_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-apixo');
}

/**
 * Makes sure of a Node.js 24, which n8n 2.x demands, whatever runs this script.
 *
 * @throws Error that says what is missing and how to get it.
 */
export async function ensureNode24(): Promise<Installed> {
	return await ensure({
		name: 'node',
		version: NODE_VERSION,
		entry: 'node_modules/.bin/node',
		takes: 'some seconds',
		needsBytes: 300 * 1024 ** 2,
		async install(folder) {
			// Its install script puts the binary for this platform in place.
			await npm(folder, ['install', '--ignore-scripts=false'], process.env.PATH);
		},
		async check(entry) {
			await run(entry, ['--version']);
		},
	});
}

/**
 * Makes sure of an n8n of this version; the first time that takes some minutes and 3 GB.
 *
 * @throws Error that says what is missing and how to get it.
 */
export async function ensureN8n(version: string): Promise<Installed & { node: string }> {
	const node = await ensureNode24();
	const path = `${join(node.folder, 'node_modules', '.bin')}:${process.env.PATH}`;
	const installed = await ensure({
		name: 'n8n',
		version,
		entry: 'node_modules/n8n/bin/n8n',
		takes: '3 to 6 minutes',
		needsBytes: N8N_NEEDS_BYTES,
		overrides: version.startsWith('1.') ? OVERRIDES_1X : undefined,
		async install(folder) {
			// Install scripts stay off: n8n's optional drivers would be compiled, and some fail to.
			// The database driver is the one that has to be built.
			await npm(folder, ['install', '--ignore-scripts'], path);
			await npm(folder, ['rebuild', 'sqlite3', '--ignore-scripts=false'], path);
		},
		async check(_entry, folder) {
			await run(node.entry, ['-e', "require('sqlite3')"], { cwd: folder });
		},
	});
	return { ...installed, node: node.entry };
}

interface Recipe {
	name: string;
	version: string;
	entry: string;
	takes: string;
	needsBytes: number;
	overrides?: Record<string, string>;
	install(folder: string): Promise<void>;
	check(entry: string, folder: string): Promise<void>;
}

async function ensure(recipe: Recipe): Promise<Installed> {
	const label = `${recipe.name} ${recipe.version}`;
	const folder = join(cacheFolder(), `${recipe.name}-${recipe.version}`);
	const installed = { folder, entry: join(folder, recipe.entry) };
	if (isComplete(installed)) return installed;

	await mkdir(folder, { recursive: true });
	const release = await lockfile.lock(folder, {
		stale: LOCK_STALE_MS,
		retries: { forever: true, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
	});
	try {
		if (isComplete(installed)) return installed;
		await checkSpace(label, recipe.needsBytes);
		await removeOldModules(folder, label);
		const { name, version, overrides } = recipe;
		const manifest = { private: true, dependencies: { [name]: version }, overrides };
		await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
		const done = progress(`Installing ${label} into ${folder}`, recipe.takes);
		try {
			await recipe.install(folder);
			await recipe.check(installed.entry, folder);
		} catch (error) {
			throw explain(label, error);
		} finally {
			done();
		}
		const marker = { ...manifest, node: process.version, at: new Date().toISOString() };
		await writeFile(join(folder, MARKER), JSON.stringify(marker));
		return installed;
	} finally {
		await release();
	}
}

function isComplete({ folder, entry }: Installed): boolean {
	return existsSync(join(folder, MARKER)) && existsSync(entry);
}

/** npm does not notice half-written packages, so what an interrupted run left is thrown away. */
async function removeOldModules(folder: string, label: string): Promise<void> {
	const modules = join(folder, 'node_modules');
	await rm(join(folder, MARKER), { force: true });
	if (!existsSync(modules)) return;
	console.error(`The last installation of ${label} was interrupted: starting over.`);
	const old = `${modules}.old`;
	await rm(old, { recursive: true, force: true });
	await rename(modules, old);
	await rm(old, { recursive: true, force: true });
	await rm(join(folder, 'package-lock.json'), { force: true });
}

async function checkSpace(label: string, needed: number): Promise<void> {
	const { bavail, bsize } = await statfs(cacheFolder());
	if (bavail * bsize >= needed) return;
	const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
	throw new Error(
		`${label} needs ${gigabytes(needed)} and ${cacheFolder()} has ${gigabytes(bavail * bsize)} left. ` +
			'Free some space, or name another folder in APIXO_CACHE_DIR.',
	);
}

/** npm is quiet for minutes; a line every 15 s says that it is still at it. */
function progress(what: string, takes: string): () => void {
	const begun = Date.now();
	console.error(`${what} (once; takes ${takes})…`);
	const timer = setInterval(() => {
		console.error(`  … ${Math.round((Date.now() - begun) / 1000)} s`);
	}, 15_000);
	return () => clearInterval(timer);
}

async function npm(folder: string, args: string[], path: string | undefined): Promise<void> {
	// Settings of the npm that runs this script would reach the npm that it starts.
	const settings = /^npm_(?!config_(registry|cache|userconfig|proxy|https_proxy|cafile)$)/i;
	const env = Object.fromEntries(
		Object.entries(process.env).filter(([key]) => !settings.test(key)),
	);
	const child = startProcess({
		name: 'npm',
		command: 'npm',
		args: [...args, '--no-audit', '--no-fund', '--loglevel=error'],
		cwd: folder,
		env: { ...env, PATH: path },
		logFile: `${folder}.log`,
	});
	const end = await child.ended;
	if (end !== 'ended (exit code 0)') {
		throw new Error(`npm ${args.join(' ')} ${end}\n${child.log().trim()}`);
	}
}

/** The few things that go wrong, told by what npm printed. */
const CAUSES: ReadonlyArray<readonly [RegExp, string]> = [
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/,
		'The npm registry cannot be reached. Check the network and "npm ping", then run this again.',
	],
	[
		/ENOSPC/,
		'The disk is full. Free some space, or name another folder in APIXO_CACHE_DIR, then run this again.',
	],
	[
		/gyp ERR!|not found: make|Could not locate the bindings file|Cannot find module.*node_sqlite3/s,
		"n8n's database driver, sqlite3, has to be compiled, and that failed. It takes Python 3, make " +
			'and a C++ compiler; on Debian and Ubuntu: sudo apt-get install -y python3 make g++',
	],
	[/spawn npm ENOENT/, 'npm is not on the PATH. It comes with Node.js.'],
];

function explain(label: string, error: unknown): Error {
	const text = error instanceof Error ? error.message : String(error);
	const cause = CAUSES.find(([pattern]) => pattern.test(text))?.[1] ?? 'See the log below.';
	const log = text.split('\n').slice(-25).join('\n    ');
	return new Error(`${label} could not be installed. ${cause}\n    ${log}`);
}
