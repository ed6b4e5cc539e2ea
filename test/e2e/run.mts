/**
 * `npm run test:e2e`: the packed package in real n8n servers, against the sandbox.
 *
 * The tests are node:test files, because its runner comes with Node.js, gives each file a process of
 * its own, and ends with lines that a script can read (`# pass 12`, `# fail 0`). Jest runs the unit
 * and engine tests for its transforms and mocks; here there is nothing to transform or to mock.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NEWEST_N8N, OLDEST_N8N, ensureN8n } from '../../scripts/n8n/cache.mts';
import { CHECKOUT, packPackage } from '../../scripts/n8n/package.mts';
import { isStopping, startProcess } from '../../scripts/n8n/process.mts';
import { startN8n } from '../../scripts/n8n/server.mts';
import { SHARED_ENVIRONMENT, type Shared } from './stage.mts';

const FOLDER = join(CHECKOUT, 'test', 'e2e');
const SUFFIX = '.e2e.mts';

/** These bring n8n processes of their own, and are about n8n's architecture: one version is enough. */
const NEWEST_ONLY = ['queue'];

const { values } = parseArgs({
	options: {
		n8n: { type: 'string', multiple: true, default: [NEWEST_N8N, OLDEST_N8N] },
		only: { type: 'string', multiple: true, default: [] },
		tarball: { type: 'string' },
	},
});

async function main(): Promise<number> {
	const files = (await readdir(FOLDER)).filter((file) => file.endsWith(SUFFIX)).sort();
	const names = files.map((file) => file.slice(0, -SUFFIX.length));
	const unknown = values.only.filter((name) => !names.includes(name));
	if (unknown.length > 0) {
		throw new Error(`--only takes ${names.join(', ')}, not "${unknown.join(', ')}".`);
	}
	const tarball = values.tarball ?? (await packPackage());
	const failed: string[] = [];
	for (const version of values.n8n) {
		const wanted = names
			.filter((name) => values.only.length === 0 || values.only.includes(name))
			.filter((name) => version === NEWEST_N8N || !NEWEST_ONLY.includes(name));
		if (!(await testOn(version, wanted, tarball))) failed.push(version);
		if (isStopping()) return 1;
	}
	console.log(
		failed.length === 0
			? `\nAll passed on n8n ${values.n8n.join(' and ')}.`
			: `\nFailed on n8n ${failed.join(' and ')}. Logs and pictures: out/e2e/`,
	);
	return failed.length === 0 ? 0 : 1;
}

/** One n8n serves all test files; each has a sandbox and a credential of its own. */
async function testOn(version: string, names: string[], tarball: string): Promise<boolean> {
	await ensureN8n(version);
	const folder = join(CHECKOUT, 'out', 'e2e', version);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	console.log(`\nn8n ${version}: ${names.join(', ')}`);
	const server = await startN8n({
		version,
		userFolder: folder,
		packageTarball: tarball,
		env: SHARED_ENVIRONMENT,
	});
	const shared: Shared = { version, url: server.url, folder, tarball };
	const tests = startProcess({
		name: 'node --test',
		command: process.execPath,
		args: [
			...['--import', 'tsx', '--test'],
			// A browser and an n8n keep two cores busy.
			`--test-concurrency=${availableParallelism() >= 8 ? 2 : 1}`,
			'--test-reporter=spec',
			'--test-reporter-destination=stdout',
			...names.map((name) => join('test', 'e2e', `${name}${SUFFIX}`)),
		],
		cwd: CHECKOUT,
		env: { ...process.env, APIXO_E2E: JSON.stringify(shared) },
		logFile: join(folder, 'tests.log'),
		echo: true,
	});
	const end = await tests.ended;
	await server.stop();
	return end === 'ended (exit code 0)';
}

try {
	process.exit(await main());
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
}
