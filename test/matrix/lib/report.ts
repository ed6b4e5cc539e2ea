import { PLACES, type Cell, type Place, type Policy, type Shape } from './cells';
import { expectedOf, OUTCOMES } from './expectations';
import { FAULTS, ON_THE_WAY, type FaultId } from './faults';
import { brokenPromises, type Result } from './result';

/** The columns of the tables: runs that say most about a fault. */
const COLUMNS: Array<{ title: string; items: number; policy: Policy }> = [
	{ title: '1 item, stop on error', items: 1, policy: 'stop' },
	{ title: '20 items, continue', items: 20, policy: 'continue' },
	{ title: '20 items, Retry On Fail', items: 20, policy: 'retry' },
];

const HITS: Record<Shape, string> = { twice: 'two requests', always: 'every request' };

/** What counts for the totals. */
export interface Totals {
	cells: number;
	charged: number;
	twice: number;
	lost: number;
	keyShown: number;
}

export function totalsOf(results: Result[]): Totals {
	const sum = (pick: (result: Result) => number) =>
		results.reduce((total, result) => total + pick(result), 0);
	return {
		cells: results.length,
		charged: sum(({ charged }) => charged.reduce((total, times) => total + times, 0)),
		twice: sum(({ twice }) => twice),
		lost: sum(({ lost }) => lost.length),
		keyShown: sum(({ keyShown }) => (keyShown ? 1 : 0)),
	};
}

/** One row for all faults that come to the same. */
export function tableOf(place: Place, results: Result[]): string {
	const at = results.filter(({ cell }) => cell.place === place);
	const columns = COLUMNS.filter(({ items, policy }) =>
		at.some(({ cell }) => cell.items === items && cell.policy === policy),
	);
	// A trigger and a callback on its way know one policy only.
	const shown = columns.length > 1 ? columns : SIZES_ALONE;
	const rows = new Map<string, FaultId[]>();
	for (const shape of Object.keys(HITS) as Shape[]) {
		for (const fault of new Set(at.map(({ cell }) => cell.fault))) {
			const cells = shown.map(({ items, policy }) =>
				at.find(
					({ cell }) =>
						cell.fault === fault &&
						cell.shape === shape &&
						cell.items === items &&
						cell.policy === policy,
				),
			);
			const row = [HITS[shape], ...cells.map(inWords), chargesInWords(cells)].join(' | ');
			rows.set(row, [...(rows.get(row) ?? []), fault]);
		}
	}
	const head = ['Fault', 'hits', ...shown.map(({ title }) => title), 'charged'];
	return [
		line(head),
		line(head.map(() => '---')),
		...[...rows].map(([row, faults]) => line([namesOf(place, faults), row])),
	].join('\n');
}

const SIZES_ALONE: typeof COLUMNS = [
	{ title: '1 item', items: 1, policy: 'stop' },
	{ title: '20 items', items: 20, policy: 'stop' },
];

const line = (cells: string[]) => `| ${cells.join(' | ')} |`;

/** More than this many are told by the few that stand in the other rows. */
const MANY = 12;

function namesOf(place: Place, faults: FaultId[]): string {
	if (faults.length > MANY) return 'every other fault';
	const names: Partial<Record<FaultId, string>> = place.startsWith('way') ? ON_THE_WAY : {};
	return faults.map((fault) => names[fault] ?? FAULTS[fault].name).join(', ');
}

/** What came out, in so many words as a table bears. */
function inWords(result: Result | undefined): string {
	if (result === undefined) return '';
	if (brokenPromises(result).length > 0) return '**broken**';
	const { error, items, text } = result;
	if (text !== undefined) return error === undefined ? `**${text}**` : OUTCOMES[error];
	const counts = new Map<string, number>();
	for (const item of [...items].sort()) {
		const words = item === undefined ? '**unknown words**' : OUTCOMES[item];
		counts.set(words, (counts.get(words) ?? 0) + 1);
	}
	if (counts.size === 1 && items.length === 1) return [...counts.keys()].join('');
	return [...counts].map(([words, count]) => `${count} × ${words}`).join(', ');
}

/** Only where it is certain: after an error that stops the node, it depends on what was under way. */
function chargesInWords(results: Array<Result | undefined>): string {
	return results
		.filter((result) => result !== undefined)
		.filter(({ text, cell }) => text === undefined || cell.items === 1)
		.map(({ charged }) => {
			const paid = charged.filter((times) => times > 0).length;
			return charged.length === 1 ? `${paid}` : `${paid} of ${charged.length}`;
		})
		.filter((words, index, all) => all.indexOf(words) === index)
		.join('; ');
}

/** A line of the totals. Charges are left out: where a node stops, they depend on what was under way. */
export function totalsLine(name: string, { cells, twice, lost, keyShown }: Totals): string {
	return line([name, `${cells}`, `${twice}`, `${lost}`, `${keyShown}`]);
}

export const placeTitle = (place: Place) =>
	`${PLACES[place][0]?.toUpperCase()}${PLACES[place].slice(1)}`;

/** The promise that a test of one fault keeps. */
export function promiseOf(place: Place, fault: FaultId, shape: Shape): string {
	const cell: Cell = { place, fault, shape, items: 20, policy: 'continue' };
	return `${namesOf(place, [fault])}, on ${HITS[shape]}: ${OUTCOMES[expectedOf(cell)]}`;
}
