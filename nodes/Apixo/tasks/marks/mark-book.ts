import { Holders, type Life, type Marks } from './holders';
import { remove, secure, type MarkHelpers } from './mark-store';

/**
 * A database that answers no sooner has no say in what is ordered, ms. One that is down says so at once; but an
 * n8n that is very busy, as when many executions begin, may take many seconds, and must not lose its marks.
 */
const PATIENCE_MS = 60_000;

/** How often it is looked whether executions are over, ms. */
const LOOK_AGAIN_MS = 60_000;

/** All that this process knows of the marks of one node. */
export class MarkBook {
	readonly holders = new Holders();
	/** Those that are to be let go of when their execution is over. */
	private readonly ending = new Map<Life, Set<string>>();
	/** To be taken off in one go. */
	private readonly freed: string[] = [];
	/** Written, but another process may write the row back without them; and the look at all of them that is to come. */
	private readonly unsure: string[] = [];
	private securing?: Promise<unknown>;
	private last: Promise<unknown> = Promise.resolve();
	private troubleWasTold = false;
	/** How long the last work on the store took, from when its turn had come, ms. */
	tookMs = 0;

	/**
	 * Does `work` on the store when all that came before it is done, because the store has no lock. Gives
	 * undefined where the store does not work, or not in time, after telling why: once, until it works again.
	 */
	async alone<Result>(
		work: () => Promise<Result>,
		tell: (reason: string) => void,
	): Promise<Result | undefined> {
		const mine = this.last.then(async () => {
			const began = performance.now();
			const result = await work();
			this.tookMs = performance.now() - began;
			return result;
		});
		this.last = mine.catch(() => {});
		const outcome = await Promise.race([
			mine.then(
				(result) => ({ result }),
				(error: unknown) => ({ reason: error instanceof Error ? error.message : String(error) }),
			),
			after(PATIENCE_MS, { reason: 'the database did not answer in time' }),
		]);
		if ('reason' in outcome) {
			if (!this.troubleWasTold) tell(outcome.reason);
			this.troubleWasTold = true;
			return undefined;
		}
		this.troubleWasTold = false;
		return outcome.result;
	}

	/** Waits until marks stay. All that are unsure when its turn comes are looked at together. */
	async secure(
		marks: readonly string[],
		helpers: MarkHelpers,
		tell: (reason: string) => void,
	): Promise<void> {
		if (marks.length === 0) return;
		this.unsure.push(...marks);
		this.securing ??= this.alone(async () => {
			this.securing = undefined;
			const marks = this.unsure.splice(0).filter((mark) => this.holders.isHeld(mark));
			await secure(helpers, marks);
		}, tell);
		await this.securing;
	}

	/** Those that are freed until its turn comes go with the first. */
	async takeOff(
		marks: readonly string[],
		helpers: MarkHelpers,
		tell: (reason: string) => void,
	): Promise<void> {
		const isQueued = this.freed.length > 0;
		this.freed.push(...marks);
		if (isQueued || marks.length === 0) return;
		await this.alone(async () => await remove(helpers, this.freed.splice(0)), tell);
	}

	/** The run of these orders has ended; their marks go, or are left, when its execution is over. */
	end(orders: readonly Marks[], life: Life, state: 'done' | 'left', helpers: MarkHelpers): void {
		const isFirst = this.ending.size === 0;
		for (const marks of orders) {
			this.holders.end(marks, life, state);
			const ending = this.ending.get(life) ?? new Set();
			this.ending.set(life, ending);
			for (const mark of marks) ending.add(mark);
		}
		if (isFirst && this.ending.size > 0) this.buryLater(helpers);
	}

	/** Lets go of executions that are over, and takes off the marks that nobody stands behind any more. */
	async bury(helpers: MarkHelpers): Promise<void> {
		const free: string[] = [];
		for (const [life, marks] of this.ending) {
			if (!life.isOver()) continue;
			this.ending.delete(life);
			free.push(...this.holders.bury(marks, life));
		}
		// Whoever orders next says what is wrong with the store.
		await this.takeOff(free, helpers, () => {});
	}

	private buryLater(helpers: MarkHelpers): void {
		void after(LOOK_AGAIN_MS, undefined).then(async () => {
			await this.bury(helpers);
			if (this.ending.size > 0) this.buryLater(helpers);
		});
	}
}

const books = new Map<string, MarkBook>();

/** One for each node of each workflow, for as long as n8n lives. */
export function bookOf(workflowId: string, nodeId: string): MarkBook {
	const name = `${workflowId} ${nodeId}`;
	const known = books.get(name) ?? new MarkBook();
	books.set(name, known);
	return known;
}

/** A signal's timer keeps no process alive. */
async function after<Value>(ms: number, value: Value): Promise<Value> {
	return await new Promise((resolve) => {
		AbortSignal.timeout(ms).addEventListener('abort', () => resolve(value));
	});
}
