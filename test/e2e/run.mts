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
import { findBrowser } from '../../harness/n8n/browser.mts';
import { NEWEST_N8N, OLDEST_N8N, ensureN8n } from '../../harness/n8n/cache.mts';
import { findPostgres, findRedis } from '../../harness/n8n/databases.mts';
import { keepAfterThis, stopping } from '../../harness/n8n/ending.mts';
import { CHECKOUT } from '../../harness/checkout.ts';
import { packPackage } from '../../harness/n8n/package.mts';
import { startProcess, temporaryFolder } from '../../harness/n8n/process.mts';
import { runScript } from '../../harness/n8n/run-script.mts';
import { startN8n } from '../../harness/n8n/server.mts';
import { SHARED_ENVIRONMENT, type Shared } from './stage.mts';

const FOLDER = join(CHECKOUT, 'test', 'e2e');
const SUFFIX = '.e2e.mts';

/** What test files need that npm cannot bring; each throws and tells how to get it. */
const NEEDS: Record<string, ReadonlyArray<() => string>> = {
	browser: [findBrowser],
	building: [findBrowser],
	ending: [findBrowser, findRedis, () => findPostgres('postgres')],
	queue: [findRedis, () => findPostgres('postgres')],
};

/** About this project's own scripts: the first version of n8n is enough. */
const ONCE = ['ending'];

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
	const wanted = values.only.length > 0 ? values.only : names;
	checkNeeds(wanted);
	const tarball = values.tarball ?? (await packPackage());
	const failed: string[] = [];
	for (const [index, version] of values.n8n.entries()) {
		const here = wanted.filter((name) => index === 0 || !ONCE.includes(name));
		if (here.length === 0) continue;
		if (!(await testOn(version, here, tarball))) failed.push(version);
		if (stopping.aborted) return 1;
	}
	console.log(
		failed.length === 0
			? `\nAll passed on n8n ${values.n8n.join(' and ')}.`
			: `\nFailed on n8n ${failed.join(' and ')}. Logs and pictures: out/e2e/`,
	);
	return failed.length === 0 ? 0 : 1;
}

/** @throws Error that says all that is missing, before the minutes that the rest would take. */
function checkNeeds(wanted: string[]): void {
	const missing = (name: string) => (NEEDS[name] ?? []).map(reasonToFail).filter(Boolean);
	const reasons = new Set(wanted.flatMap(missing));
	if (reasons.size === 0) return;
	const rest = wanted.filter((name) => missing(name).length === 0);
	const without = rest.map((name) => `--only ${name}`).join(' ');
	const way = rest.length > 0 ? `\nOr go without: npm run test:e2e -- ${without}` : '';
	throw new Error([...reasons].join('\n') + way);
}

function reasonToFail(find: () => string): string | undefined {
	try {
		find();
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

/** One n8n serves all test files; each has a sandbox and a credential of its own. */
async function testOn(version: string, names: string[], tarball: string): Promise<boolean> {
	await ensureN8n(version);
	const logFolder = join(CHECKOUT, 'out', 'e2e', version);
	await rm(logFolder, { recursive: true, force: true });
	await mkdir(logFolder, { recursive: true });
	const folder = temporaryFolder('e2e');
	console.log(`\nn8n ${version}: ${names.join(', ')}`);
	const server = await startN8n({
		version,
		userFolder: folder,
		logFolder,
		packageTarball: tarball,
		env: SHARED_ENVIRONMENT,
	});
	const shared: Shared = { version, url: server.url, folder, logFolder, tarball };
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
		logFile: join(logFolder, 'tests.log'),
		echo: true,
	});
	const end = await tests.ended;
	await server.stop();
	const passed = end === 'ended (exit code 0)';
	if (!passed && !stopping.aborted) {
		keepAfterThis(folder);
		console.log(`\nWhat n8n ${version} stored is kept for you to look at: ${folder}`);
	}
	return passed;
}

await runScript(main);
