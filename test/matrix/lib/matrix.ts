/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import * as sandboxPost from '../../../sandbox/post';
import * as sandboxTask from '../../../sandbox/task';
import { runSuspended, runTrigger } from './callbacks';
import { cellsAt, nameOf, PLACES, SHAPES, type Cell, type Place, type Shape } from './cells';
import type { FaultId } from './faults';
import { FastTime } from './fast-time';
import { Names } from './names';
import { runPolling } from './polling';
import { runAll } from './pool';
import { placeTitle, promiseOf, tableOf, totalsLine, totalsOf } from './report';
import { brokenPromises, crashed, surprises, type Result } from './result';

/** Where a run leaves what the documentation is made of; see scripts/matrix.mts. */
const RESULTS_FOLDER = process.env.APIXO_MATRIX_RESULTS;

const DOCUMENTATION = join(__dirname, '../../../docs/reliability.md');

const MINUTES = 60_000;

/** How long the sandbox waits for the answer to a callback, real time. */
const PATIENCE_MS = MINUTES;

const RUNNERS: Record<Place, (cell: Cell, names: Names) => Promise<Result>> = {
	submit: runPolling,
	submitKeyed: runPolling,
	read: runPolling,
	download: runPolling,
	suspended: runSuspended,
	waySuspended: runSuspended,
	trigger: runTrigger,
	wayTrigger: runTrigger,
};

/** The tests of all cells at these places. They run side by side first; the tests look at what came out. */
export function testMatrix(places: Place[]): void {
	let results: Result[] = [];
	const time = new FastTime();
	afterAll(() => time.end());

	beforeAll(async () => {
		const names = new Names();
		names.install();
		time.install();
		giveClipsAName();
		waitLongerForAnswers();
		// Faults that never end stand last, and take longest: the others fit in beside them.
		const cells = places.flatMap(cellsAt).reverse();
		const ran = await runAll(cells, async (cell) => {
			try {
				return await RUNNERS[cell.place](cell, names);
			} catch (error) {
				return crashed(cell, error);
			}
		});
		results = ran.reverse();
	}, 10 * MINUTES);

	describe.each(places.map((place) => [PLACES[place], place] as const))(
		'A fault in %s',
		(_, place) => {
			const at = (fault: FaultId, shape: Shape) =>
				results.filter(
					({ cell }) => cell.place === place && cell.fault === fault && cell.shape === shape,
				);
			const faults = [...new Set(cellsAt(place).map(({ fault }) => fault))];
			for (const fault of faults) {
				for (const shape of Object.keys(SHAPES) as Shape[]) {
					it(promiseOf(place, fault, shape), () => {
						expect(at(fault, shape).flatMap(surprises)).toEqual([]);
					});
				}
			}

			it('charges nobody twice, loses nothing and never shows the key', () => {
				const own = results.filter(({ cell }) => cell.place === place);
				expect(own).toHaveLength(cellsAt(place).length);
				const broken = own.flatMap((result) =>
					brokenPromises(result).map((what) => `[${nameOf(result.cell)}] ${what}`),
				);
				expect(broken).toEqual([]);
			});

			it('comes out as docs/reliability.md says', () => {
				const own = results.filter(({ cell }) => cell.place === place);
				const table = tableOf(place, own);
				const totals = totalsLine(placeTitle(place), totalsOf(own));
				if (RESULTS_FOLDER !== undefined) {
					const file = join(RESULTS_FOLDER, `${place}.json`);
					writeFileSync(file, JSON.stringify({ title: placeTitle(place), table, totals }));
					return;
				}
				const documented = plain(readFileSync(DOCUMENTATION, 'utf8'));
				expect(documented).toContain(plain(table));
				expect(documented).toContain(plain(totals));
			});
		},
	);
}

/** Without the padding that Prettier gives to tables. */
const plain = (markdown: string) => markdown.replace(/-{3,}/g, '---').replace(/ +/g, ' ');

/** Clips get a host of their own, so that a fault of the network can hit downloads alone. */
function giveClipsAName(): void {
	const { taskData } = sandboxTask;
	jest
		.spyOn(sandboxTask, 'taskData')
		.mockImplementation((task, origin) => taskData(task, origin.replace('//api.', '//clips.api.')));
}

/** A busy machine is no reason to send a callback again: 30 s of the service are 0.6 s here. */
function waitLongerForAnswers(): void {
	const { post } = sandboxPost;
	jest.spyOn(sandboxPost, 'post').mockImplementation(async (url, body, options) => {
		// To what never ends there is no answer to wait for.
		const withinMs = options.fault?.kind === 'endless' ? options.withinMs : PATIENCE_MS;
		return await post(url, body, { ...options, withinMs });
	});
}
