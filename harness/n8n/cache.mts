import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'proper-lockfile';
import { explain, npm, registryAnswers } from './npm.mts';

const run = promisify(execFile);

/**
 * The newest n8n whose dependencies all resolve, and the oldest line that is still maintained. 2.41.3 demands
 * @n8n/agents 0.26.2, which the registry did not have on 2026-11-24.
 */
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
const LOCK_STALE_MS = 20_000;

export interface Installed {
	/** The folder whose node_modules holds the package. */
	folder: string;
	/** The executable, or the script that Node.js runs. */
	entry: string;
}

/** Where n8n and Node.js are kept, outside the checkout. `APIXO_CACHE_DIR` names another place. */
export function cacheFolder(): string {
	const { APIXO_CACHE_DIR, XDG_CACHE_HOME } = process.env;
	const folder = join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-apixo');
	return resolve(APIXO_CACHE_DIR || folder);
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
		path: process.env.PATH,
		// Its install script puts the binary for this platform in place.
		install: ['install', '--ignore-scripts=false'],
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
		path,
		// Install scripts stay off: n8n's optional drivers would be compiled, and some fail to.
		install: ['install', '--ignore-scripts'],
		// The database driver is the one that has to be built.
		build: ['rebuild', 'sqlite3', '--ignore-scripts=false'],
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
	/** Where npm finds programs. */
	path: string | undefined;
	/** What npm is asked to do, in two steps: one that failed for want of a compiler is done again alone. */
	install: string[];
	build?: string[];
	/** @throws when what was installed does not run. */
	check(entry: string, folder: string): Promise<void>;
}

async function ensure(recipe: Recipe): Promise<Installed> {
	const folder = join(cacheFolder(), `${recipe.name}-${recipe.version}`);
	const installed = { folder, entry: join(folder, recipe.entry) };
	if (isComplete(installed)) return installed;
	await makeFolder(folder);
	const release = await lock(folder);
	try {
		if (!isComplete(installed)) await install(recipe, installed);
		return installed;
	} finally {
		await release();
	}
}

async function install(recipe: Recipe, { folder, entry }: Installed): Promise<void> {
	const { name, version, overrides, path } = recipe;
	const label = `${name} ${version}`;
	const manifest = JSON.stringify({ private: true, dependencies: { [name]: version }, overrides });
	await checkSpace(label, recipe.needsBytes);
	const done = progress(`Installing ${label} into ${folder}`, recipe.takes);
	try {
		if (!(recipe.build && (await npmIsDone(folder, manifest)))) {
			await removeOldModules(folder, label);
			await registryAnswers(folder, path);
			await writeFile(join(folder, 'package.json'), manifest);
			await npm(folder, recipe.install, path);
		}
		if (recipe.build) await npm(folder, recipe.build, path);
		await recipe.check(entry, folder);
		await writeFile(join(folder, MARKER), JSON.stringify({ at: new Date().toISOString() }));
	} catch (error) {
		throw new Error(`${label} could not be installed. ${explain(error, folder)}`);
	} finally {
		done();
	}
}

function isComplete({ folder, entry }: Installed): boolean {
	return existsSync(join(folder, MARKER)) && existsSync(entry);
}

async function makeFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new Error(`There is no place for n8n: ${why}. Name another folder in APIXO_CACHE_DIR.`);
	}
}

/** Waits for others who install into this folder. Resolves to what ends the lock. */
async function lock(folder: string): Promise<() => Promise<void>> {
	if (await lockfile.check(folder, { stale: LOCK_STALE_MS })) {
		console.error(`Another run installs into ${folder}: waiting for it…`);
	}
	return await lockfile.lock(folder, {
		stale: LOCK_STALE_MS,
		retries: { forever: true, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
	});
}

/** npm writes a list of what it installed when it is done; it does not notice half-written packages. */
async function npmIsDone(folder: string, manifest: string): Promise<boolean> {
	if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) return false;
	return (await readFile(join(folder, 'package.json'), 'utf8')) === manifest;
}

/** Throws away what an interrupted run left. */
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
