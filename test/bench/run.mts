/**
 * `npm run bench`: many videos by the APIXO node and by n8n's own nodes, in real n8n servers, at the pace of
 * the service. Writes docs/performance.md. Needs Linux, which tells what a process uses.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureNode24, NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { CHECKOUT } from '../../harness/checkout.ts';
import { packPackage } from '../../harness/n8n/package.mts';
import { drawChart } from './chart.mts';
import { measureDownloads } from './download.mts';
import { downloadSection } from './download-section.mts';
import { measureExecutions } from './executions.mts';
import { executionsSection } from './executions-section.mts';
import { Bench } from './measure.mts';
import { detailTable, performancePage, timeTable } from './page.mts';
import { type Results, SMALL_PLAN } from './results.mts';
import { WAYS, type WayName } from './ways.mts';

type Part = WayName | 'small' | 'executions' | 'downloads';
const PARTS = [...Object.keys(WAYS), 'small', 'executions', 'downloads'] as Part[];

const HELP = `Measures how long many videos take, and writes docs/performance.md. All of it takes an hour.

  npm run bench -- [options]

  --parts poll,loop  only these: ${PARTS.join(', ')}
  --sizes 1,20       only so many videos
  --render           nothing is measured
  --help             this text

With --parts or --sizes, what is measured takes the place of what was measured before, and the page stays as
it is. --render writes into it all that was measured last; what was not measured on this machine stays.`;

const SIZES = [1, 10, 20, 100, 400, 1_000, 1_500, 5_000];

/** More takes hours. */
const AT_MOST: Partial<Record<WayName, number>> = { serial: 20 };

const PAGE = join(CHECKOUT, 'docs', 'performance.md');
const CHART = join(CHECKOUT, 'docs', 'performance.webp');
const RESULTS = join(CHECKOUT, 'out', 'bench.json');

/** Measures these parts into `results`, and keeps what there is after each run. */
async function measure(results: Results, parts: Part[], sizes: number[]): Promise<void> {
	const tarball = await packPackage();
	const ways = (Object.keys(WAYS) as WayName[]).filter((way) => parts.includes(way));
	// The machine has little to do in the others, so they run beside those that load it.
	const busy = ways.filter((way) => way !== 'serial');
	await Promise.all([
		measureInTurn(results, tarball, busy, sizes),
		parts.includes('serial') && measureWay(results, tarball, 'serial', sizes),
		parts.includes('small') && measureSmallPlan(results, tarball),
	]);
	if (parts.includes('executions')) {
		const { date, machine } = results;
		results.executions = { date, machine, ...(await measureExecutions(tarball)) };
		await keep(results);
	}
	if (!parts.includes('downloads')) return;
	results.downloads = await measureDownloads();
	await keep(results);
}

async function measureInTurn(results: Results, tarball: string, ways: WayName[], sizes: number[]) {
	for (const way of ways) await measureWay(results, tarball, way, sizes);
}

async function measureWay(results: Results, tarball: string, way: WayName, sizes: number[]) {
	const bench = await Bench.open(tarball, WAYS[way]);
	try {
		// Where n8n has next to nothing to do, how much that costs is not asked.
		if (way !== 'serial') await bench.warmUp();
		for (const items of sizes.filter((size) => size <= (AT_MOST[way] ?? Infinity))) {
			const row = { way, ...(await bench.run(items)) };
			console.error(JSON.stringify(row));
			const others = results.rows.filter((old) => old.way !== way || old.items !== items);
			results.rows = [...others, row].sort((one, other) => one.items - other.items);
			await keep(results);
		}
	} finally {
		await bench.close();
	}
}

async function measureSmallPlan(results: Results, tarball: string): Promise<void> {
	const { items, ...limits } = SMALL_PLAN;
	const bench = await Bench.open(tarball, WAYS.poll, limits);
	try {
		results.smallPlan = await bench.run(items);
		await keep(results);
	} finally {
		await bench.close();
	}
}

async function keep(results: Results): Promise<void> {
	await mkdir(dirname(RESULTS), { recursive: true });
	await writeFile(RESULTS, JSON.stringify(results, null, '\t'));
}

async function lastResults(): Promise<Results | undefined> {
	if (!existsSync(RESULTS)) return undefined;
	return JSON.parse(await readFile(RESULTS, 'utf8')) as Results;
}

async function noResults(): Promise<Results> {
	return {
		date: new Date().toISOString().slice(0, 10),
		machine: `${cpus().length} cores (${cpus()[0]?.model}) and ${Math.round(totalmem() / 2 ** 30)} GB`,
		versions: `n8n ${NEWEST_N8N}, Node.js ${await nodeVersion()}`,
		inParts: false,
		rows: [],
	};
}

async function nodeVersion(): Promise<string> {
	const { entry } = await ensureNode24();
	return execFileSync(entry, ['--version'], { encoding: 'utf8' }).trim().slice(1);
}

async function writePage(results: Results): Promise<void> {
	if (results.rows.length > 0) await drawChart(results, CHART);
	await writeFile(PAGE, await performancePage(results, PAGE, await readFile(PAGE, 'utf8')));
}

function listOf<Value extends string | number>(given: string | undefined, all: readonly Value[]) {
	if (given === undefined) return [...all];
	const names = given.split(',');
	const unknown = names.filter((name) => !all.some((one) => String(one) === name));
	if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. See --help.`);
	return all.filter((one) => names.includes(String(one)));
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			parts: { type: 'string' },
			sizes: { type: 'string' },
			render: { type: 'boolean' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) return console.log(HELP);
	const last = await lastResults();
	if (values.render) {
		if (last === undefined) throw new Error('Nothing was measured yet. See --help.');
		return await writePage(last);
	}
	const whole = values.parts === undefined && values.sizes === undefined;
	const fresh = await noResults();
	const results = whole ? fresh : { ...last, ...fresh, inParts: true, rows: last?.rows ?? [] };
	await measure(results, listOf(values.parts, PARTS), listOf(values.sizes, SIZES));
	if (results.rows.length > 0) console.log(`${timeTable(results)}\n\n${detailTable(results)}`);
	if (results.executions) console.log(executionsSection(results.executions));
	if (results.downloads) console.log(downloadSection(results.downloads));
	if (whole) await writePage(results);
}

await main();
