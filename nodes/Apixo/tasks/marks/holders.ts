/** One execution in this process, from its first order until n8n lets go of its data. */
export interface Life {
	executionId: string;
	/** Whether it is the "Retry" of another. */
	isRetry: boolean;
	/** n8n has saved it, so nobody runs it again from its beginning. */
	isOver(): boolean;
}

const lives = new WeakMap<object, Life>();

/**
 * The life that `memory`, the node's execution context, belongs to: one object for all tries and rounds of an
 * execution, and another one where n8n runs the same job a second time. n8n tells a node nothing of the end of
 * an execution, but then it drops the context: so this is what the end is known by.
 */
export function lifeOf(memory: object, executionId: string, isRetry: boolean): Life {
	const known = lives.get(memory);
	if (known !== undefined) return known;
	const reference = new WeakRef(memory);
	const isOver = () => reference.deref() === undefined;
	const life = { executionId, isRetry, isOver };
	lives.set(memory, life);
	return life;
}

/** The marks of one order; the first one names it. */
export type Marks = readonly string[];

/** An order stands behind its mark; its run ended well; or it did not, and the mark is to outlive it. */
type State = 'open' | 'done' | 'left';

interface Holder {
	life: Life;
	/** The name of the order. */
	order: string | undefined;
	state: State;
}

/** Who in this process stands behind which mark. A mark that nobody here stands behind is a left-over. */
export class Holders {
	private readonly byMark = new Map<string, Holder[]>();

	hold(marks: Marks, life: Life): void {
		const [order] = marks;
		for (const mark of marks) {
			const holders = this.of(mark);
			const known = holders.find((one) => one.life === life && one.order === order);
			if (known !== undefined) known.state = 'open';
			else this.byMark.set(mark, [...holders, { life, order, state: 'open' }]);
		}
	}

	/** What these were left for is this very order. */
	inherit(mark: string, life: Life): void {
		const others = this.of(mark).filter((one) => one.life === life || one.state !== 'left');
		if (others.length > 0) this.byMark.set(mark, others);
		else this.byMark.delete(mark);
	}

	isHeld(mark: string): boolean {
		return this.byMark.has(mark);
	}

	isHeldBy(mark: string, life: Life): boolean {
		return this.of(mark).some((holder) => holder.life === life);
	}

	/** Whether an order of `life` may stand behind it as well. Not beside one that is to outlive another. */
	isShareable(mark: string, life: Life): boolean {
		const holders = this.of(mark);
		return holders.length > 0 && holders.every((one) => one.life === life || one.state !== 'left');
	}

	/**
	 * Whether the mark tells a Retry that its order was made before. So it does if an execution of this process
	 * stands behind it that is still running: it may be the very one that is retried. In queue mode, n8n 2.41 says
	 * that an execution was stopped, and its worker runs on.
	 */
	tellsOfOrder(mark: string, life: Life): boolean {
		const holders = this.of(mark);
		return holders.length === 0 || holders.some((one) => one.life !== life);
	}

	/** The order stands behind them no more. Gives those that have to be taken off. */
	release(marks: Marks, life: Life): string[] {
		const [order] = marks;
		return this.without(marks, (one) => one.life === life && one.order === order);
	}

	/** The run of the order has ended. */
	end(marks: Marks, life: Life, state: 'done' | 'left'): void {
		const [order] = marks;
		for (const mark of marks) {
			const own = this.of(mark).find((one) => one.life === life && one.order === order);
			if (own !== undefined) own.state = state;
		}
	}

	/** `life` is over. Gives those of its marks that have to be taken off. */
	bury(marks: Iterable<string>, life: Life): string[] {
		return this.without(marks, (one) => one.life === life && one.state === 'done');
	}

	private without(marks: Iterable<string>, isGone: (holder: Holder) => boolean): string[] {
		const free: string[] = [];
		for (const mark of marks) {
			const holders = this.of(mark);
			const rest = holders.filter((one) => !isGone(one));
			// One that was left by a life that is over needs nobody here: without holders it is a left-over as well.
			if (rest.some(({ state, life }) => state !== 'left' || !life.isOver())) {
				this.byMark.set(mark, rest);
				continue;
			}
			this.byMark.delete(mark);
			if (holders.length > 0 && rest.length === 0) free.push(mark);
		}
		return free;
	}

	private of(mark: string): Holder[] {
		return this.byMark.get(mark) ?? [];
	}
}
