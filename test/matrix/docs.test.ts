/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'fs';
import { join } from 'path';

import { AFTERS, ENDINGS, GENERATIONS, MOMENT_TITLES } from '../kill-matrix/plan';
import { tables } from '../unit/lib/markdown';
import { cellsAt, PLACES, type Place } from './lib/cells';
import { placeTitle } from './lib/report';

const page = () => readFileSync(join(__dirname, '../../docs/reliability.md'), 'utf8');

/** The numbers in the row of the totals that begins with this title. */
function numbersOf(title: string): number[] {
	const row =
		page()
			.split('\n')
			.find((line) => line.startsWith(`| ${title} `)) ?? '';
	return row
		.split('|')
		.slice(2, -1)
		.map((cell) => Number(cell.replaceAll('*', '')));
}

const places = Object.keys(PLACES) as Place[];

describe('In the totals of docs/reliability.md', () => {
	it('every place of the matrix stands with all of its cells, and nothing charged twice or lost', () => {
		for (const place of places) {
			expect([place, ...numbersOf(placeTitle(place))]).toEqual([
				place,
				cellsAt(place).length,
				0,
				0,
				0,
			]);
		}
	});

	it('the last row is the sum of the others', () => {
		const cells = places.flatMap(cellsAt).length;
		expect(numbersOf('**All**')).toEqual([cells, 0, 0, 0]);
	});
});

describe('What docs/reliability.md says of an n8n that ends', () => {
	const [, part = ''] = /<!-- kill-matrix -->([^]*)<!-- \/kill-matrix -->/.exec(page()) ?? [];
	const [totals, fates] = tables(part);
	const rowOf = (title: string) => totals?.rows.find((row) => row['n8n ends'] === title) ?? {};
	const PER_MOMENT = ENDINGS.length * AFTERS.length * GENERATIONS.length;
	const titles = Object.values(MOMENT_TITLES);

	it('has every moment with all of its cells, nothing charged twice and nothing lost', () => {
		for (const title of titles) {
			expect([title, rowOf(title)]).toMatchObject([
				title,
				{ cells: String(PER_MOMENT), 'charged twice': '0', lost: '0' },
			]);
		}
	});

	it('has totals that are the sum of the rows', () => {
		for (const column of ['cells', 'charged', 'charged twice', 'lost']) {
			const sum = titles.reduce((total, title) => total + Number(rowOf(title)[column]), 0);
			expect([column, rowOf('**All**')[column]]).toEqual([column, String(sum)]);
		}
	});

	it('tells what became of every video that was charged', () => {
		for (const title of titles) {
			const row = fates?.rows.find((one) => one['n8n ends'] === title) ?? {};
			const counts = Object.values(row)
				.slice(1)
				.flatMap((fate) => [...fate.matchAll(/\d+/g)].map(Number));
			const sum = counts.reduce((total, count) => total + count, 0);
			expect([title, sum]).toEqual([title, Number(rowOf(title).charged)]);
		}
	});
});
