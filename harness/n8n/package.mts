import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../checkout.ts';
import { temporaryFolder } from './process.mts';

const run = promisify(execFile);

/** All that the build reads. */
const SOURCES = ['index.ts', 'package.json', 'tsconfig.json', 'credentials', 'icons', 'nodes'];

interface Manifest {
	name: string;
	version: string;
	dependencies?: Record<string, string>;
	devDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

/**
 * Builds the package if a source is newer than its build, and packs it as `npm publish` would.
 *
 * @returns the tarball's path, in a folder that is gone when this process ends.
 * @throws Error with the compiler's output when it does not build.
 */
export async function packPackage(checkout = CHECKOUT): Promise<string> {
	if (await isStale(checkout)) {
		console.error('Building the package…');
		await runIn(checkout, 'npm', ['run', 'build']);
	}
	const folder = temporaryFolder('pack');
	const packed = await runIn(checkout, 'npm', ['pack', '--json', '--pack-destination', folder]);
	const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
	return join(folder, filename);
}

/**
 * Puts the tarball into an n8n user folder as n8n's own installer of community packages lays it
 * out (downloadPackage in n8n's community-packages.service). n8n loads whatever lies there.
 */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const { name } = await readManifest(tarball);
	const target = join(nodes, 'node_modules', name);
	await rm(target, { recursive: true, force: true });
	await mkdir(target, { recursive: true });
	await run('tar', ['-xzf', resolve(tarball), '-C', target, '--strip-components=1']);

	const path = join(target, 'package.json');
	const {
		devDependencies: _dev,
		peerDependencies: _peer,
		optionalDependencies: _optional,
		...manifest
	} = JSON.parse(await readFile(path, 'utf8')) as Manifest;
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		throw new Error(`${name} must not have runtime dependencies: n8n's verification forbids them.`);
	}
	await writeFile(path, JSON.stringify(manifest, null, 2));
	const dependencies = { [name]: manifest.version };
	await writeFile(
		join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies }, null, 2),
	);
}

async function readManifest(tarball: string): Promise<Manifest> {
	const { stdout } = await run('tar', ['-xzOf', resolve(tarball), 'package/package.json']);
	return JSON.parse(stdout) as Manifest;
}

/** True when a file that n8n loads is missing, or older than a source. */
async function isStale(checkout: string): Promise<boolean> {
	const manifest = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as Manifest;
	const built = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((file) =>
		join(checkout, file),
	);
	if (built.length === 0 || !built.every((file) => existsSync(file))) return true;
	const oldestBuilt = Math.min(...(await Promise.all(built.map(modified))));
	const sources = SOURCES.map((source) => join(checkout, source)).filter((path) =>
		existsSync(path),
	);
	return (await Promise.all(sources.map(newest))).some((time) => time > oldestBuilt);
}

async function modified(path: string): Promise<number> {
	return (await stat(path)).mtimeMs;
}

/** The latest change at or below a path. A folder's own time tells of files that were removed. */
async function newest(path: string): Promise<number> {
	const own = await stat(path);
	if (!own.isDirectory()) return own.mtimeMs;
	const below = (await readdir(path)).map(async (entry) => await newest(join(path, entry)));
	return Math.max(own.mtimeMs, ...(await Promise.all(below)));
}

async function runIn(cwd: string, command: string, args: string[]): Promise<string> {
	try {
		const { stdout } = await run(command, args, { cwd, maxBuffer: 64 * 1024 ** 2 });
		return stdout;
	} catch (error) {
		const { stdout, stderr } = error as { stdout?: string; stderr?: string };
		throw new Error(`"${command} ${args.join(' ')}" failed.\n${stdout ?? ''}${stderr ?? ''}`);
	}
}
