/** What a cell came to, seen from the till: who was charged, and what became of it. */
import type { Execution } from '../../harness/n8n/execution.mts';
import type { Till } from './till.mts';

export interface Verdict {
	/** Orders that the workflow asks for. */
	items: number;
	charged: number;
	/** Charges beyond the first for the same order. */
	twice: number;
	/** Orders whose video came out of some execution. */
	delivered: number;
	/** Charged tasks that were not delivered, but whose id stands in n8n's log or in an error. */
	named: number;
	/** Charged tasks of which only this is known: an error says that they may have been ordered. */
	told: number;
	/** Charged tasks of which only n8n's log knows, before they went out: that their items were being ordered. */
	logged: number;
	/** Charged tasks that nobody hears of. */
	lost: number;
	/** n8n has run the execution again from its beginning, by itself: 1.x does so where a worker was lost. */
	ranAgain: boolean;
	/** How the execution ended, and its retries, or n8n's refusal. */
	statuses: string[];
	/** The first line of each error. */
	errors: string[];
}

interface Evidence {
	till: Till;
	items: number;
	/** The execution sleeps, so that n8n starts it once more. */
	wakes: boolean;
	first: Execution;
	retries: string[];
	executions: Execution[];
	log: string;
}

const UNKNOWN = /may or may not|may have been/i;

export function judge({ till, items, wakes, first, retries, executions, log }: Evidence): Verdict {
	const errors = executions.flatMap(({ error }) => (error ? [textOf(error)] : []));
	const results = executions.flatMap((execution) => execution.items('APIXO'));
	const delivered = new Set<string>();
	let named = 0;
	let told = 0;
	let logged = 0;
	let lost = 0;
	const seen = new Set(results.flatMap(({ json }) => (json.videoUrl ? [json.taskId] : [])));
	for (const { taskId, name } of till.orders) {
		if (seen.has(taskId)) delivered.add(name);
		else if (isNamed(taskId, [log, ...errors, JSON.stringify(results)])) named++;
		else if (errors.some((text) => UNKNOWN.test(text))) told++;
		else if (isBeingOrdered(name, executions, log)) logged++;
		else lost++;
	}
	const charged = till.orders.length;
	const starts = log.split(`Worker started execution ${first.id} `).length - 1;
	return {
		items,
		charged,
		twice: charged - till.charges().size,
		delivered: delivered.size,
		named,
		told,
		logged,
		lost,
		ranAgain: starts > (wakes ? 2 : 1),
		statuses: [first.status, ...retries],
		errors: [...new Set(errors.map((text) => text.slice(0, 300)))],
	};
}

function isNamed(taskId: string, texts: string[]): boolean {
	// One id may be the beginning of another.
	const pattern = new RegExp(`\\b${taskId}\\b`);
	return texts.some((text) => pattern.test(text));
}

/** An order's name ends in the number of its item. */
function isBeingOrdered(name: string, executions: Execution[], log: string): boolean {
	const item = Number(name.split('-').pop());
	return executions.some(({ id }) =>
		[...log.matchAll(new RegExp(`APIXO ordering, for execution ${id}, .*: items ([-, 0-9]+)`, 'g'))]
			.flatMap(([, items = '']) => items.split(', '))
			.map((range) => range.split('-').map(Number))
			.some(([from = NaN, to = from]) => from <= item && item <= to),
	);
}

function textOf({
	message,
	description,
}: {
	message: string;
	description?: string | null;
}): string {
	return [message, description].filter(Boolean).join('. ');
}
