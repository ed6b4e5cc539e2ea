/**
 * `npm run kill-matrix`: a real n8n is ended at every moment of an execution and in every way; then people do what
 * people do. A till that knows nothing of this package counts what was charged.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NEWEST_N8N, OLDEST_N8N } from '../../harness/n8n/cache.mts';
import { CHECKOUT } from '../../harness/checkout.ts';
import { packPackage } from '../../harness/n8n/package.mts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { runScript } from '../../harness/n8n/run-script.mts';
import { writePart } from '../../harness/page-part.mts';
import { openArena } from './arena.mts';
import { MOMENTS } from './moments.mts';
import { killSection, queueSection, toBeTold } from './page.mts';
import { AFTERS, type Ending, ENDINGS, type Mode, MODES } from './plan.ts';
import { playRound, type Row } from './round.mts';

const VERSIONS = [NEWEST_N8N, OLDEST_N8N];

const HELP = `Ends a real n8n at every moment of an execution, and counts what its retries are charged. All takes 40 minutes.

  npm run kill-matrix -- [options]

  --n8n 2.41.1       only this version
  --mode queue       only this mode: ${MODES.join(', ')}
  --ending Stop      only this end: ${ENDINGS.join(', ')}
  --moment polling   only this moment: ${MOMENTS.map(({ key }) => key).join(', ')}
  --render           nothing is played: writes the page from what was played last
  --tarball FILE     this package instead of one that is packed now
  --help             this text

Each may be given several times. What is played takes the place of what was played before. Once all of
a mode has been played, its part of docs/reliability.md is written.`;

const { values } = parseArgs({
	options: {
		n8n: { type: 'string', multiple: true, default: VERSIONS },
		mode: { type: 'string', multiple: true, default: [...MODES] },
		ending: { type: 'string', multiple: true, default: [...ENDINGS] },
		moment: { type: 'string', multiple: true, default: MOMENTS.map(({ key }) => key) },
		tarball: { type: 'string' },
		render: { type: 'boolean' },
		help: { type: 'boolean' },
	},
});

const PARTS = [
	['regular', 'kill-matrix', killSection],
	['queue', 'kill-matrix-queue', queueSection],
] as const;

const FOLDER = join(CHECKOUT, 'out', 'kill-matrix');
const ROWS = join(FOLDER, 'rows.json');

async function main(): Promise<number> {
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	if (values.render) {
		await writePage();
		return 0;
	}
	const packageTarball = values.tarball ?? (await packPackage());
	const played: Row[] = [];
	for (const version of values.n8n) {
		for (const mode of MODES.filter((one) => values.mode.includes(one))) {
			played.push(...(await play(version, mode, packageTarball)));
		}
	}
	const bad = played.filter(({ twice, lost }) => twice > 0 || lost > 0);
	console.log(`\n${played.length} cells, ${bad.length} with a double charge or a loss.`);
	await writePage();
	return bad.length === 0 ? 0 : 1;
}

/** All rounds on one n8n. */
async function play(version: string, mode: Mode, packageTarball: string): Promise<Row[]> {
	const endings = ENDINGS.filter((ending) => values.ending.includes(ending));
	const moments = MOMENTS.filter(({ key }) => values.moment.includes(key));
	const logFolder = join(FOLDER, `${version}-${mode}`);
	await rm(logFolder, { recursive: true, force: true });
	await mkdir(logFolder, { recursive: true });
	const folder = temporaryFolder('kill-matrix');
	const arena = await openArena({ version, mode, folder, logFolder, packageTarball });
	const played: Row[] = [];
	try {
		for (const ending of endings as Ending[]) {
			const started = Date.now();
			const round = await playRound(arena, ending, AFTERS, moments);
			console.log(`\nn8n ${version}, ${mode}, ${ending}: ${seconds(started)} s`);
			show(round);
			await keep(round);
			played.push(...round);
		}
	} finally {
		await arena.close();
	}
	return played;
}

async function rowsSoFar(): Promise<Row[]> {
	return existsSync(ROWS) ? (JSON.parse(await readFile(ROWS, 'utf8')) as Row[]) : [];
}

/** In the place of the same cells of an earlier run. */
async function keep(round: readonly Row[]): Promise<void> {
	const cellOf = ({ version, mode, ending, after, moment }: Row) =>
		[version, mode, ending, after, moment].join();
	const cells = new Set(round.map(cellOf));
	const others = (await rowsSoFar()).filter((row) => !cells.has(cellOf(row)));
	await writeFile(ROWS, JSON.stringify([...others, ...round], null, '\t'));
}

async function writePage(): Promise<void> {
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${date}, on ${cpus().length} cores`;
	const page = join(CHECKOUT, 'docs', 'reliability.md');
	for (const [mode, part, section] of PARTS) {
		const rows = toBeTold(await rowsSoFar(), mode, VERSIONS);
		if (rows !== undefined) await writePart(page, part, section(rows, VERSIONS, machine));
		console.log(
			`${mode} mode: ${rows ? `written into ${page}` : 'not all was played, the page stays'}`,
		);
	}
}

const seconds = (since: number) => Math.round((Date.now() - since) / 1000);

/** What the console shows of a cell; `ends` is made of its `statuses`. */
const COLUMNS = [
	'moment',
	'after',
	'items',
	'charged',
	'twice',
	'delivered',
	'named',
	'told',
	'logged',
	'lost',
	'ranAgain',
	'ends',
];

function show(round: readonly Row[]): void {
	const ends = ({ statuses }: Row) => statuses.map((status) => status.slice(0, 24)).join(', ');
	console.table(
		round.map((row) => ({ ...row, ends: ends(row) })),
		COLUMNS,
	);
}

await runScript(main);
