import type { ReadAnswer, SubmitAnswer } from '../../nodes/shared/service.ts';

export type Verdict = 'as expected' | 'differs' | 'new field' | 'not seen';

/** One thing that the package believes of the service, and what was seen of it. */
export interface Point {
	/** The part of the service, e.g. "Reading a task". */
	part: string;
	/** What of it, e.g. "createTime". */
	what: string;
	expected: string;
	seen: string;
	verdict: Verdict;
}

/** How the package itself understood an answer: a difference that it copes with is no fault. */
export interface Reading {
	part: string;
	understood: boolean;
	as: string;
}

/** What the package takes an answer for, in words. */
const KINDS: Record<SubmitAnswer['kind'] | ReadAnswer['kind'], string> = {
	accepted: 'an order that was accepted',
	limited: 'a limit: wait and repeat',
	unavailable: 'out of service: repeat later',
	refused: 'a refusal',
	unknown: 'an order of which nobody knows whether it was accepted',
	task: 'the state of a task',
	trouble: 'no sense: ask again later',
};

/** The points of a check. A point that is looked at several times counts once: a difference stays. */
export class Points {
	readonly readings: Reading[] = [];

	private readonly byName = new Map<string, Point>();

	get all(): Point[] {
		return [...this.byName.values()];
	}

	hold(part: string, what: string, expected: string, seen: string, holds: boolean): void {
		this.put({ part, what, expected, seen, verdict: holds ? 'as expected' : 'differs' });
	}

	isNew(part: string, what: string, seen: string): void {
		this.put({ part, what, expected: 'not documented', seen, verdict: 'new field' });
	}

	notSeen(part: string, what: string, why: string): void {
		this.put({ part, what, expected: '', seen: why, verdict: 'not seen' });
	}

	read(part: string, understood: boolean, kind: keyof typeof KINDS | 'balance'): void {
		const as = kind === 'balance' ? 'a balance' : KINDS[kind];
		const before = this.readings.findIndex((reading) => reading.part === part);
		if (before < 0) this.readings.push({ part, understood, as });
		else if (!understood) this.readings[before] = { part, understood, as };
	}

	private put(point: Point): void {
		const name = `${point.part}: ${point.what}`;
		const before = this.byName.get(name);
		const stays = before?.verdict === 'differs' || before?.verdict === 'new field';
		if (!stays && !(before !== undefined && point.verdict === 'not seen')) {
			this.byName.set(name, point);
		}
	}
}
