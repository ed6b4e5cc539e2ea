/**
 * `npm run bench`: many videos by the APIXO node and by n8n's own nodes, in real n8n servers, at the pace of
 * the service. Writes docs/performance.md. Needs Linux, which tells what a process uses.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { MAX_CONCURRENT_TASKS } from '../../nodes/shared/contract.ts';
import { ensureNode24, NEWEST_N8N } from '../../scripts/n8n/cache.mts';
import { CHECKOUT, packPackage } from '../../scripts/n8n/package.mts';
import { drawChart } from './chart.mts';
import { measureDownloads } from './download.mts';
import { Bench, type Row } from './measure.mts';
import { detailTable, performancePage, timeTable } from './page.mts';
import { type Results, SMALL_PLAN, type WayRow } from './results.mts';
import { WAITING, type Way, WAYS, type WayName } from './ways.mts';

const HELP = `Measures how long many videos take, and writes docs/performance.md. All of it takes 45 minutes.

  npm run bench -- [options]

  --sizes 1,20      only so many videos
  --ways poll,loop  only these: ${Object.keys(WAYS).join(', ')}
  --render          nothing is measured: the page is written anew from the last whole run
  --help            this text

With --sizes or --ways the page stays as it is.`;

const SIZES = [1, 20, 100, 400, 1_000, 1_500, 5_000];

/** One after another, more than this takes hours. */
const SERIAL_AT_MOST = 20;

const PAGE = join(CHECKOUT, 'docs', 'performance.md');
const CHART = join(CHECKOUT, 'docs', 'performance.webp');
const RESULTS = join(CHECKOUT, 'out', 'bench.json');

async function measureWay(tarball: string, name: WayName, sizes: number[]): Promise<WayRow[]> {
	const rows = await runWarm(tarball, WAYS[name], sizes);
	return rows.map((row) => ({ way: name, ...row }));
}

async function runWarm(tarball: string, way: Way, sizes: number[]): Promise<Row[]> {
	const bench = await Bench.open(tarball, way);
	try {
		await bench.warmUp();
		const rows: Row[] = [];
		for (const items of sizes) {
			const row = await bench.run(items);
			console.error(`${way.title}: ${JSON.stringify(row)}`);
			rows.push(row);
		}
		return rows;
	} finally {
		await bench.close();
	}
}

async function measureSmallPlan(tarball: string) {
	const { items, ...limits } = SMALL_PLAN;
	const bench = await Bench.open(tarball, WAYS.poll, limits);
	try {
		return await bench.run(items);
	} finally {
		await bench.close();
	}
}

/** The ways that load the machine come one after another. */
async function measureInTurn(tarball: string, ways: WayName[], sizes: number[]) {
	const rows: WayRow[] = [];
	for (const way of ways) rows.push(...(await measureWay(tarball, way, sizes)));
	return rows;
}

async function measure(ways: WayName[], sizes: number[], whole: boolean): Promise<Results> {
	const tarball = await packPackage();
	const busy = ways.filter((way) => way !== 'serial');
	const few = sizes.filter((size) => size <= SERIAL_AT_MOST);
	const [rows, serial, smallPlan] = await Promise.all([
		measureInTurn(tarball, busy, sizes),
		ways.includes('serial') ? measureWay(tarball, 'serial', few) : [],
		whole ? measureSmallPlan(tarball) : undefined,
	]);
	return {
		date: new Date().toISOString().slice(0, 10),
		machine: `${cpus().length} cores (${cpus()[0]?.model}) and ${Math.round(totalmem() / 2 ** 30)} GB`,
		versions: `n8n ${NEWEST_N8N}, Node.js ${await nodeVersion()}`,
		rows: [...rows, ...serial],
		smallPlan,
		waiting: whole ? (await runWarm(tarball, WAITING, [MAX_CONCURRENT_TASKS]))[0] : undefined,
		downloads: whole ? await measureDownloads() : undefined,
	};
}

async function nodeVersion(): Promise<string> {
	const { entry } = await ensureNode24();
	return execFileSync(entry, ['--version'], { encoding: 'utf8' }).trim().slice(1);
}

async function writePage(results: Results): Promise<void> {
	await drawChart(results, CHART);
	await writeFile(PAGE, await performancePage(results, PAGE));
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
			sizes: { type: 'string' },
			ways: { type: 'string' },
			render: { type: 'boolean' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) return console.log(HELP);
	if (values.render) {
		return await writePage(JSON.parse(await readFile(RESULTS, 'utf8')) as Results);
	}
	const whole = values.sizes === undefined && values.ways === undefined;
	const ways = listOf(values.ways, Object.keys(WAYS) as WayName[]);
	const results = await measure(ways, listOf(values.sizes, SIZES), whole);
	console.log(`${timeTable(results)}\n\n${detailTable(results)}`);
	if (!whole) return;
	await mkdir(dirname(RESULTS), { recursive: true });
	await writeFile(RESULTS, JSON.stringify(results, null, '\t'));
	await writePage(results);
}

await main();
