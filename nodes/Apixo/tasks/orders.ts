import type { LedgerEntry } from '../memory';
import type { Submission } from './job';
import { hashOf, type Ledger } from './ledger';
import type { Order } from './marks/mark-names';
import type { OrderMarks } from './marks/order-marks';
import type { OrderLog } from './order-log';

/** An order that is about to go out. */
export interface Outgoing {
	itemIndex: number;
	submission: Submission;
}

/** Which orders of a volley may have been made before, by what their marks tell. */
export interface Past {
	/** They must not be sent. */
	made: ReadonlySet<Outgoing>;
	/** They had the same key then, and are sent again. */
	again: ReadonlySet<Outgoing>;
}

export interface OrdersOptions {
	ledger: Ledger;
	marks: Pick<OrderMarks, 'place' | 'restMs' | 'adopt' | 'takeOff' | 'end'>;
	log: Pick<OrderLog, 'ordering' | 'accepted'>;
}

/**
 * All that is put on record about the orders of one run (promise 1): in the ledger, for retries; as marks in
 * n8n's database, for when n8n is killed; and in n8n's log, for people. The batch tells what happens.
 */
export class Orders {
	/** Marks of orders that have not gone out yet. */
	private readonly marked = new Map<number, string[]>();
	private readonly takingOff = new Set<Promise<void>>();

	constructor(private readonly options: OrdersOptions) {}

	/** What is known of this item's order, from an earlier try. */
	find({ itemIndex, submission }: Outgoing): LedgerEntry | undefined {
		const entry = this.options.ledger.find(itemIndex, submission);
		if (entry?.marks !== undefined) this.options.marks.adopt(entry.marks);
		return entry;
	}

	/** How long orders should gather before the next ones are announced, ms. */
	get restMs(): number {
		return this.options.marks.restMs;
	}

	/** To be waited for before any of these is sent. */
	async announce(volley: readonly Outgoing[]): Promise<Past> {
		const { ledger, marks, log } = this.options;
		const explained = () => new Set(ledger.entries.flatMap((entry) => entry.marks ?? []));
		const placed = await marks.place(volley.map(toOrder), explained);
		const past = { made: new Set<Outgoing>(), again: new Set<Outgoing>() };
		placed.forEach((one, index) => {
			const outgoing = volley[index];
			if (outgoing === undefined) return;
			if (one.kind === 'marked') this.marked.set(outgoing.itemIndex, one.marks);
			if (one.kind === 'ordered before') past.made.add(outgoing);
			else if (one.isAgain) past.again.add(outgoing);
		});
		const going = volley.filter((outgoing) => !past.made.has(outgoing));
		log.ordering(going.map(({ itemIndex }) => itemIndex));
		return past;
	}

	/** `at` in Unix ms. */
	sending({ itemIndex, submission }: Outgoing, at: number): void {
		this.options.ledger.sending(itemIndex, submission, this.marked.get(itemIndex) ?? [], at);
		this.marked.delete(itemIndex);
	}

	accepted(itemIndex: number, taskId: string): void {
		this.options.ledger.accepted(itemIndex, taskId);
		this.options.log.accepted(taskId, itemIndex);
	}

	/** It was not sent, nothing was created, or the task failed: whoever asks for it again orders anew. */
	strikeOff(itemIndex: number): void {
		const { ledger, marks } = this.options;
		const gone = this.marked.get(itemIndex) ?? ledger.strikeOff(itemIndex)?.marks;
		this.marked.delete(itemIndex);
		if (gone === undefined) return;
		const work = marks.takeOff(gone).finally(() => this.takingOff.delete(work));
		this.takingOff.add(work);
	}

	/** The run has ended. If well, no retry will ask for its orders. */
	async end(isWell: boolean): Promise<void> {
		const { ledger, marks } = this.options;
		await Promise.all(this.takingOff);
		marks.end(
			ledger.entries.flatMap((entry) => (entry.marks === undefined ? [] : [entry.marks])),
			isWell,
		);
	}
}

function toOrder({ itemIndex, submission }: Outgoing): Order {
	const { hash, idempotencyKey } = submission;
	const key = idempotencyKey === undefined ? undefined : hashOf({ idempotencyKey });
	return {
		itemIndex,
		likenesses: [hash, submission.input(), ...(key === undefined ? [] : [key])],
		key,
		mayRepeat: submission.resubmitAfterUnknownOutcome,
	};
}
