/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'fs';
import { join } from 'path';

import { cellsAt, PLACES, type Place } from './lib/cells';
import { placeTitle } from './lib/report';

/** The numbers in the row of the totals that begins with this title. */
function numbersOf(title: string): number[] {
	const page = readFileSync(join(__dirname, '../../docs/reliability.md'), 'utf8');
	const row = page.split('\n').find((line) => line.startsWith(`| ${title} `)) ?? '';
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
