/**
 * `npm run kill-matrix`: a real n8n is ended at every moment of an execution and in every way; then people do what
 * people do. A till that knows nothing of this package counts what was charged.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NEWEST_N8N, OLDEST_N8N } from '../../harness/n8n/cache.mts';
import { CHECKOUT } from '../../harness/checkout.ts';
import { packPackage } from '../../harness/n8n/package.mts';
import { runScript } from '../../harness/n8n/run-script.mts';
import { type Mode, openArena } from './arena.mts';
import { MOMENTS } from './moments.mts';
import { AFTERS, type Ending, ENDINGS, playRound, type Row } from './round.mts';

const MODES: readonly Mode[] = ['regular', 'queue'];

const { values } = parseArgs({
	options: {
		n8n: { type: 'string', multiple: true, default: [NEWEST_N8N, OLDEST_N8N] },
		mode: { type: 'string', multiple: true, default: [...MODES] },
		ending: { type: 'string', multiple: true, default: [...ENDINGS] },
		moment: { type: 'string', multiple: true, default: MOMENTS.map(({ key }) => key) },
		tarball: { type: 'string' },
	},
});

const FOLDER = join(CHECKOUT, 'out', 'kill-matrix');

async function main(): Promise<number> {
	const packageTarball = values.tarball ?? (await packPackage());
	const endings = ENDINGS.filter((ending) => values.ending.includes(ending));
	const moments = MOMENTS.filter(({ key }) => values.moment.includes(key));
	const rows: Row[] = [];
	for (const version of values.n8n) {
		for (const mode of MODES.filter((one) => values.mode.includes(one))) {
			const folder = join(FOLDER, `${version}-${mode}`);
			await rm(folder, { recursive: true, force: true });
			await mkdir(folder, { recursive: true });
			const arena = await openArena({ version, mode, folder, packageTarball });
			try {
				for (const ending of endings as Ending[]) {
					const started = Date.now();
					const round = await playRound(arena, ending, AFTERS, moments);
					console.log(`\nn8n ${version}, ${mode}, ${ending}: ${seconds(started)} s`);
					console.table(round.map(brief));
					rows.push(...round);
				}
			} finally {
				await arena.close();
			}
		}
	}
	await writeFile(join(FOLDER, 'rows.json'), JSON.stringify(rows, null, 2));
	const bad = rows.filter(({ twice, lost }) => twice > 0 || lost > 0);
	console.log(`\n${rows.length} cells, ${bad.length} with a double charge or a loss.`);
	return bad.length === 0 ? 0 : 1;
}

const seconds = (since: number) => Math.round((Date.now() - since) / 1000);

function brief({
	moment,
	after,
	items,
	charged,
	twice,
	delivered,
	named,
	told,
	lost,
	statuses,
}: Row) {
	const ends = statuses.map((status) => status.slice(0, 24)).join(', ');
	return { moment, after, items, charged, twice, delivered, named, told, lost, ends };
}

await runScript(main);
