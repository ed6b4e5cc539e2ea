import { nameOf, type Cell } from './cells';
import { expectedOf, type Outcome } from './expectations';
import { faultOf } from './faults';

/** All that is on record about one cell. */
export interface Result {
	cell: Cell;
	/** The text of the error that ended the node. */
	text?: string;
	/** What that text says; undefined for a text that is none of our own. */
	error?: Outcome;
	/** What each item says, where items came out. */
	items: Array<Outcome | undefined>;
	/** Items that say nothing known. */
	strange: string[];
	/** Items with a clip in n8n's store. */
	clips: number;
	/** Submissions that the service received. */
	submissions: number;
	/** Charges of each item. */
	charged: number[];
	twice: number;
	lost: string[];
	keyShown: boolean;
	/** What the node did against the contract, by the sandbox's word. */
	breaches: string[];
	/** After the trouble was over, and the user retried the execution that had failed. */
	afterRetry?: Outcome;
	/** Executions that a trigger started, for each task. */
	started?: number[];
}

/** For a cell that came to no end. */
export function crashed(cell: Cell, error: unknown): Result {
	return {
		cell,
		text: `No result: ${String(error)}`,
		items: [],
		strange: [],
		clips: 0,
		submissions: 0,
		charged: [],
		twice: 0,
		lost: [],
		keyShown: false,
		breaches: [],
	};
}

/** Errors that end the node, unless it continues. */
const FAILS: Outcome[] = ['unknown', 'unclear', 'refused', 'unreachable', 'noTurn', 'timedOut'];

/** How often an item is charged that comes to this. */
function chargesOf(outcome: Outcome, charges: boolean): number {
	if (outcome === 'unknown' || outcome === 'unclear') return charges ? 1 : 0;
	return ['refused', 'unreachable', 'noTurn'].includes(outcome) ? 0 : 1;
}

/** What each item must come to, in any order, where items come out. */
function expectedItems(cell: Cell): Outcome[] {
	const expected = expectedOf(cell);
	const hit = cell.shape === 'always' ? cell.items : Math.min(2, cell.items);
	return Array.from({ length: cell.items }, (_, item) => (item < hit ? expected : 'video'));
}

/** What the books of a cell must hold, whatever came out. */
export function brokenPromises({ twice, lost, keyShown, breaches }: Result): string[] {
	return [
		...(twice > 0 ? [`${twice} items were charged twice`] : []),
		...(lost.length > 0 ? [`lost: ${lost.join(', ')}`] : []),
		...(keyShown ? ['the key was shown'] : []),
		...breaches.map((breach) => `breach: ${breach}`),
	];
}

/** What is wrong with what came out; nothing, if it is as the tables have it. */
export function surprises(result: Result): string[] {
	const { cell, text, error, items, strange, charged, submissions, afterRetry } = result;
	const expected = expectedOf(cell);
	const fails = FAILS.includes(expected) && cell.policy !== 'continue';
	const wrong: string[] = strange.map((item) => `an item says ${item}`);
	const expect = (what: string, is: unknown, must: unknown) => {
		if (JSON.stringify(is) !== JSON.stringify(must)) {
			wrong.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(must)}`);
		}
	};
	if (fails) {
		expect(`the text "${text}" says`, error, expected);
		expect('retried later', afterRetry, expected === 'unknown' ? 'unknown' : 'video');
		if (cell.items === 1) {
			expect('charged', charged, [chargesOf(expected, faultOf(cell.fault).charges)]);
		}
	} else {
		if (text !== undefined) wrong.push(`the node failed: ${text}`);
		expect('items', [...items].sort(), expectedItems(cell).sort());
		const must = items.map((item) =>
			item === undefined ? 1 : chargesOf(item, faultOf(cell.fault).charges),
		);
		if (text === undefined) expect('charged', charged, must);
	}
	// Never sent again, so there is one submission for each item at most.
	if (expected === 'unknown' && submissions > cell.items) {
		wrong.push(`${submissions} submissions for ${cell.items} items`);
	}
	if (cell.place === 'download') {
		expect('clips', result.clips, items.filter((item) => item === 'video').length);
	}
	if (result.started !== undefined) {
		expect('executions started', result.started, items.map(startsOf(expected)));
	}
	return wrong.map((what) => `[${nameOf(cell)}] ${what}`);
}

const startsOf = (expected: Outcome) => () => (expected === 'video' ? 1 : 0);
