import type { Life, Marks } from './holders';
import { bookOf, type MarkBook } from './mark-book';
import { jobMark, rungOf, RUNGS, rungsOf, type Order } from './mark-names';
import { lookFor, record, remove, type MarkHelpers } from './mark-store';

/**
 * `marks` are for the ledger: an order is known by them when they are to go. None where none could be written.
 * `isAgain`: it may have been made before, but with the same key.
 */
export type Marked =
	| { kind: 'marked'; marks: string[]; isAgain?: true }
	| { kind: 'ordered before' };

/**
 * The store reads and writes all marks of the node each time, so where these are many, small volleys of orders
 * cost far more than large ones. If it took longer than CHEAP_MS for each order, the next ones gather for
 * REST_TIMES as long as it took, and no longer than LONGEST_REST_MS.
 */
const CHEAP_MS = 2;
const REST_TIMES = 20;
const LONGEST_REST_MS = 500;

/** One run of a node: `run` names it within its execution. */
export interface MarksOptions {
	helpers: MarkHelpers;
	workflowId: string;
	nodeId: string;
	life: Life;
	/** Of the execution, aborted when it is stopped. */
	stopSignal?: AbortSignal;
	run: number | string;
	/** Is told why there are no marks. */
	tell(reason: string): void;
}

/**
 * A note about each order in n8n's database, from before it goes out (promise 1): what an execution remembers
 * dies with an n8n that is killed, and a Retry would order everything again. A run without marks, because the
 * store does not work, works all the same.
 */
export class OrderMarks {
	private readonly book: MarkBook;
	private isOff = false;
	private rest = 0;
	/** Marks of items that this run has made: one that comes back after it was taken off tells of no earlier life. */
	private readonly ownJobs = new Set<string>();

	constructor(private readonly options: MarksOptions) {
		this.book = bookOf(options.workflowId, options.nodeId);
	}

	/**
	 * Marks the orders of a volley together. A Retry looks first what was ordered before; `explained` gives the
	 * marks of what its ledger knows, which tell nothing else. Never rejects.
	 */
	async place(orders: readonly Order[], explained: () => ReadonlySet<string>): Promise<Marked[]> {
		const unmarked = () => orders.map((): Marked => ({ kind: 'marked', marks: [] }));
		if (this.isOff) return unmarked();
		const known = this.options.life.isRetry ? explained() : undefined;
		const marked = await this.book.alone(async () => {
			const found = known === undefined ? [] : await this.find(orders, known);
			const written = await this.write(orders, new Set(found));
			if (this.isOff) await this.undo(written);
			return written;
		}, this.options.tell);
		// A store that is down would hold up every volley.
		this.isOff = marked === undefined;
		if (marked === undefined) return unmarked();
		const { helpers, tell } = this.options;
		const marks = marked.flatMap((one) => (one.kind === 'marked' ? one.marks : []));
		await this.book.secure(marks, helpers, tell);
		const { tookMs } = this.book;
		this.rest =
			tookMs <= CHEAP_MS * orders.length ? 0 : Math.min(LONGEST_REST_MS, REST_TIMES * tookMs);
		return marked;
	}

	/** How long orders should gather before the next ones are placed, ms. */
	get restMs(): number {
		return this.isOff ? 0 : this.rest;
	}

	/** The ledger knows this order from an earlier life, and it is this one's from now on. */
	adopt(marks: Marks): void {
		const { life } = this.options;
		for (const mark of marks) this.book.holders.inherit(mark, life);
		this.book.holders.hold(marks, life);
	}

	/** The order was refused, or its task failed: a Retry is free to make it again. Never rejects. */
	async takeOff(marks: Marks): Promise<void> {
		const { helpers, life, tell } = this.options;
		await this.book.takeOff(this.book.holders.release(marks, life), helpers, tell);
	}

	/**
	 * The run of these orders has ended. If well, their marks go when the execution is over, too: killed before,
	 * that one would be run again from its beginning. Else they stay for whoever retries. So they do where the
	 * execution is stopped afterwards: n8n may have kept no more of it than its beginning.
	 */
	end(orders: readonly Marks[], isWell: boolean): void {
		const { helpers, life, stopSignal } = this.options;
		const leave = () => this.book.end(orders, life, 'left', helpers);
		if (!isWell || stopSignal?.aborted) return leave();
		this.book.end(orders, life, 'done', helpers);
		stopSignal?.addEventListener('abort', leave, { once: true });
	}

	/** They came too late: the orders went out without them. */
	private async undo(marked: readonly Marked[]): Promise<void> {
		const { helpers, life } = this.options;
		const { holders } = this.book;
		const free = marked.flatMap((one) =>
			one.kind === 'marked' ? holders.release(one.marks, life) : [],
		);
		await remove(helpers, free);
	}

	/** The marks that tell a Retry that one of these orders was made before. */
	private async find(orders: readonly Order[], explained: ReadonlySet<string>): Promise<string[]> {
		const { helpers, life } = this.options;
		const asked = unique(orders.flatMap(({ likenesses }) => likenesses.flatMap(rungsOf)));
		const there = await lookFor(helpers, asked);
		const { holders } = this.book;
		return asked.filter(
			(mark) => there.has(mark) && !explained.has(mark) && holders.tellsOfOrder(mark, life),
		);
	}

	/** Marks all orders but those that were made before and cannot be repeated. */
	private async write(orders: readonly Order[], found: ReadonlySet<string>): Promise<Marked[]> {
		const { helpers, life, run } = this.options;
		const { holders } = this.book;
		const isIn = (marks: ReadonlySet<unknown>, likeness: string | undefined) =>
			likeness !== undefined && rungsOf(likeness).some((mark) => marks.has(mark));
		const wasMade = ({ likenesses }: Order) => likenesses.some((one) => isIn(found, one));
		const going = orders.filter(
			(order) => order.mayRepeat || isIn(found, order.key) || !wasMade(order),
		);
		const jobOf = ({ itemIndex }: Order) => jobMark(life.executionId, run, itemIndex);
		const { ranBefore, seen, chosen, fresh } = await this.choose(going, going.map(jobOf), found);

		const marked = orders.map((order): Marked => {
			const job = jobOf(order);
			const isRepeated = ranBefore.has(job);
			const isAgain = isIn(found, order.key) || (isRepeated && isIn(seen, order.key));
			const isBlocked = isRepeated && !order.mayRepeat && !isAgain;
			if (isBlocked || !going.includes(order)) return { kind: 'ordered before' };
			const marks = [job, ...order.likenesses.flatMap((one) => chosen.get(one) ?? [])];
			for (const mark of marks) if (found.has(mark)) holders.inherit(mark, life);
			holders.hold(marks, life);
			this.ownJobs.add(job);
			return { kind: 'marked', marks, ...(isAgain && { isAgain }) };
		});
		await remove(
			helpers,
			fresh.filter((mark) => !holders.isHeld(mark)),
		);
		return marked;
	}

	/** Writes the marks of the items, and for each likeness one on the first rung that is free. */
	private async choose(
		orders: readonly Order[],
		jobs: readonly string[],
		found: ReadonlySet<string>,
	) {
		const { helpers, life } = this.options;
		const { holders } = this.book;
		const chosen = new Map<string, string>();
		const fresh: string[] = [];
		const seen = new Set<unknown>();
		const write = async (marks: readonly string[]) => {
			const there = await record(helpers, unique(marks));
			for (const mark of there) seen.add(mark);
			fresh.push(...marks.filter((mark) => !there.has(mark)));
			return there;
		};

		let open: string[] = [];
		for (const likeness of unique(orders.flatMap(({ likenesses }) => likenesses))) {
			// An order that is repeated goes on with the mark that it left, so that this one can go at last.
			const own = rungsOf(likeness).find((mark) => found.has(mark));
			if (own === undefined) open.push(likeness);
			else chosen.set(likeness, own);
		}
		const ranBefore = new Set<string>();
		for (const rung of RUNGS) {
			const items = rung === RUNGS[0] ? jobs : [];
			const there = await write([...items, ...open.map((likeness) => rungOf(likeness, rung))]);
			for (const job of items) {
				const isOwn = this.ownJobs.has(job) || holders.isHeldBy(job, life);
				if (there.has(job) && !isOwn) ranBefore.add(job);
			}
			open = open.filter((likeness) => {
				const mark = rungOf(likeness, rung);
				const isTaken = there.has(mark) && !holders.isShareable(mark, life);
				if (!isTaken) chosen.set(likeness, mark);
				return isTaken;
			});
		}
		return { ranBefore, seen, chosen, fresh };
	}
}

function unique(values: readonly string[]): string[] {
	return [...new Set(values)];
}
