/** The kill matrix's part of docs/reliability.md. */
import { AFTERS, type Ending, ENDINGS, type Mode, MOMENT_TITLES, type MomentKey } from './plan.ts';
import type { Row } from './round.mts';

/** The same rounds with the node as it was before it marked its orders, on n8n 2.41.1 alone: charges beyond the first. */
const BEFORE: Record<MomentKey, { orders: number; twice: number }> = {
	first: { orders: 12, twice: 24 },
	middle: { orders: 160, twice: 272 },
	polling: { orders: 12, twice: 24 },
	now: { orders: 12, twice: 24 },
	download: { orders: 12, twice: 24 },
	asleep: { orders: 12, twice: 0 },
	woken: { orders: 12, twice: 0 },
	end: { orders: 12, twice: 24 },
};

const ENDING_TITLES: Record<Ending, string> = {
	SIGKILL: 'killed',
	SIGTERM: 'shut down',
	Stop: 'Stop',
	'time-out': 'time limit',
};

const KEYS = Object.keys(MOMENT_TITLES) as MomentKey[];

/** The cells of a mode that the page tells of, once all of them are there. */
export function toBeTold(
	rows: readonly Row[],
	mode: Mode,
	versions: readonly string[],
): Row[] | undefined {
	const told = rows.filter((row) => row.mode === mode && versions.includes(row.version));
	const all = versions.length * ENDINGS.length * AFTERS.length * KEYS.length;
	return told.length === all ? told : undefined;
}

/** What the page says between its marks. */
export function killSection(
	rows: readonly Row[],
	versions: readonly string[],
	machine: string,
): string {
	return `A real n8n, ${versions.join(' and ')}, was ended at every moment of an execution: killed (SIGKILL), shut down (SIGTERM, with videos that take longer than n8n waits for), by Stop, and by the workflow's time limit. Then people did what people do: they retried the execution, and once more; or clicked Retry twice at once. What was charged was counted by a stand-in for the service that shares no line with this package. Before, for comparison, is the node without marks, killed and shut down, on n8n 2.41.1 alone.

${totalsTable(rows)}

Nothing lost means: each charged video came out, or its task ID stands in n8n's log or in an error, or, where the answer to the order never came, an error says that it may or may not have been ordered, or n8n's log that it was being ordered. [What is billed, and when](billing.md#when-n8n-ends-in-the-middle) tells what to do then.

What became of the charged videos, over both versions and all retries: *delivered* by some execution; *named*, with the task ID in n8n's log or an error, so that **Video → Get** fetches it; *told* of by an error as unknown; or *logged*: nothing but n8n's log knows that its item was being ordered.

${fateTable(rows)}

Run on ${machine}: \`npm run kill-matrix\` runs it, and writes this part of the page.`;
}

/** What the page says of queue mode, between marks of its own. */
export function queueSection(
	rows: readonly Row[],
	versions: readonly string[],
	machine: string,
): string {
	const again = versions.map((version) => {
		const of = rows.filter((row) => row.version === version && row.ranAgain);
		return `${of.length} executions on ${version}`;
	});
	return `In queue mode the same was done to the only worker; in the place of a killed one came another, which knew nothing of its executions. ${rows.length} cells, ${sum(rows, 'charged')} videos charged, ${sum(rows, 'twice')} charged twice, ${sum(rows, 'lost')} lost. By itself n8n ran ${again.join(' and ')} again, from the beginning. What became of the charged videos:

${fateTable(rows)}

There n8n ends some executions with words of its own, and what it calls canceled may run on: then only its log, by the words \`APIXO accepted\` and \`APIXO ordering\`, tells of the tasks. Run on ${machine}.`;
}

function totalsTable(rows: readonly Row[]): string {
	const lines = KEYS.map((moment) => {
		const at = rows.filter((row) => row.moment === moment);
		const { orders, twice } = BEFORE[moment];
		const title = MOMENT_TITLES[moment];
		return [
			title,
			at.length,
			sum(at, 'charged'),
			`${twice} for ${orders} orders`,
			sum(at, 'twice'),
			sum(at, 'lost'),
		];
	});
	const before = Object.values(BEFORE);
	const total = (key: 'twice' | 'orders') => before.reduce((all, one) => all + one[key], 0);
	lines.push([
		'**All**',
		rows.length,
		sum(rows, 'charged'),
		`${total('twice')} for ${total('orders')} orders`,
		sum(rows, 'twice'),
		sum(rows, 'lost'),
	]);
	return table(
		['n8n ends', 'cells', 'charged', 'charged twice, before', 'charged twice', 'lost'],
		lines,
	);
}

function fateTable(rows: readonly Row[]): string {
	const lines = KEYS.map((moment) => [
		MOMENT_TITLES[moment],
		...ENDINGS.map((ending) => {
			const at = rows.filter((row) => row.moment === moment && row.ending === ending);
			const fates = (['delivered', 'named', 'told', 'logged'] as const).map(
				(fate) => [sum(at, fate), fate] as const,
			);
			return fates.flatMap(([count, fate]) => (count > 0 ? `${count} ${fate}` : [])).join(', ');
		}),
	]);
	return table(['n8n ends', ...ENDINGS.map((ending) => ENDING_TITLES[ending])], lines);
}

function sum(
	rows: readonly Row[],
	key: 'charged' | 'twice' | 'lost' | 'delivered' | 'named' | 'told' | 'logged',
): number {
	return rows.reduce((total, row) => total + row[key], 0);
}

function table(head: string[], lines: Array<Array<string | number>>): string {
	return [head, head.map(() => '---'), ...lines]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}
