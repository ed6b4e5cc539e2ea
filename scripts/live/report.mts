import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_BASE_URL } from '../../nodes/shared/contract.ts';
import type { Likeness } from '../../sandbox/like.ts';
import type { Check } from './check.mts';
import { seconds } from './follow.mts';
import type { Point, Reading, Verdict } from './points.mts';
import { words } from './redact.mts';

/** What `report.json` holds; the sandbox reads `likeness`. */
export interface Report {
	version: 1;
	/** The day, UTC. */
	day: string;
	service: 'APIXO' | 'another address';
	points: Point[];
	readings: Reading[];
	lives: Check['lives'];
	cutShort: string[];
	likeness: Likeness;
}

const MARKS: Record<Verdict, string> = {
	differs: '✖ differs',
	'new field': '✚ new',
	'as expected': '✔',
	'not seen': '– not seen',
};

export function reportOf(check: Check): Report {
	return {
		version: 1,
		day: new Date().toISOString().slice(0, 10),
		service: check.options.baseUrl === DEFAULT_BASE_URL ? 'APIXO' : 'another address',
		points: check.points.all,
		readings: check.points.readings,
		lives: check.lives,
		cutShort: check.cutShort.map((why) => words(why, check.secrets)),
		likeness: check.likeness,
	};
}

export async function writeReport(check: Check): Promise<Report> {
	const report = reportOf(check);
	const { out } = check.options;
	await mkdir(out, { recursive: true });
	await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, '\t')}\n`);
	await writeFile(join(out, 'report.md'), markdown(report, check.documents));
	return report;
}

export const verdicts = ({ points }: Report, verdict: Verdict) =>
	points.filter((point) => point.verdict === verdict);

/** "41 points: 38 as expected, 2 differ, 1 is new." */
export function summary(report: Report): string {
	const count = (verdict: Verdict) => verdicts(report, verdict).length;
	const parts = [
		`${count('as expected')} as expected`,
		`${count('differs')} different`,
		`${count('new field')} new`,
		`${count('not seen')} not seen`,
	];
	return `${report.points.length} points: ${parts.join(', ')}`;
}

function markdown(report: Report, documents: Check['documents']): string {
	const differing = [...verdicts(report, 'differs'), ...verdicts(report, 'new field')];
	const sections = [
		`# The service against the contract, ${report.day}`,
		`${summary(report)}. Checked: ${report.service}. This report holds no key, prompt, task ID or address.`,
		...report.cutShort.map((why) => `**Not complete:** ${why}`),
		'## What differs',
		differing.length === 0 ? 'Nothing.' : table(differing),
		'## What the package makes of it',
		'A difference that the package understands all the same needs no change of its code, only of `nodes/shared/contract.ts`.',
		rows(
			['Answer', 'Understood', 'As'],
			report.readings.map(({ part, understood, as }) => [part, understood ? '✔' : '✖ no', as]),
		),
		'## The videos',
		...report.lives.map(lifeText),
		'## All points',
		table(report.points),
		'## Public documents of the vendor',
		documents
			.map(
				({ path, got }) => `- \`${path}\`: ${typeof got === 'number' ? `kept, ${got} bytes` : got}`,
			)
			.join('\n') || 'Not asked for.',
		'## The answers',
		'`{taskId}` and the like stand for values that are left out; `:seconds` and `:text` for their form.',
		...Object.entries(report.likeness.answers).map(([kind, answer]) =>
			[`### ${kind}`, '```json', JSON.stringify(answer, null, 2), '```'].join('\n'),
		),
	];
	return `${sections.join('\n\n')}\n`;
}

function lifeText({ title, states, endedAfterMs, cost, clip }: Report['lives'][number]): string {
	const lines = [
		`**${title}**: ${states.map(({ state, afterMs }) => `\`${state}\` after ${seconds(afterMs)} s`).join(', ') || 'no state was seen'}.`,
		...(endedAfterMs === undefined ? ['Its end was not seen.'] : []),
		...(cost === undefined ? [] : [`Cost: $${cost.toFixed(3)}.`]),
		...(clip === undefined
			? []
			: [
					`Clip: ${clip.looks}, ${clip.bytes} bytes; ${pairs(clip.headers)}; names in its address: ${clip.queryNames.join(', ') || 'none'}.`,
				]),
	];
	return lines.join(' ');
}

const pairs = (headers: Record<string, string>) =>
	Object.entries(headers)
		.map(([name, value]) => `${name}: ${value}`)
		.join(', ');

function table(points: Point[]): string {
	return rows(
		['Part', 'What', 'The contract says', 'Seen', ''],
		points.map(({ part, what, expected, seen, verdict }) => [
			part,
			what,
			expected,
			seen,
			MARKS[verdict],
		]),
	);
}

function rows(head: string[], lines: string[][]): string {
	const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
	const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}
