/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { Stopped, type Clock } from '../../../nodes/shared/clock';
import { seededRandom } from '../../../sandbox/random';

interface Timer {
	at: number;
	ring(): void;
	/** What a stop does to it; a timer without it is not of the execution, and goes on. */
	stop?(): void;
}

/** A moment of no meaning, so that nothing counts from zero. Unix ms. */
const START = Date.UTC(2026, 0, 9, 12);

/** Nothing here takes longer; without this, what never ends would hang the tests without a word. */
const LONGEST_MS = 3 * 60 * 60_000;

/** Real turns that a promise may take without anybody sleeping, before it counts as stuck. */
const TURNS_WITHOUT_SLEEP = 200;

/** A clock whose time moves only when everybody sleeps: a wait of ten minutes takes milliseconds. */
export class VirtualClock implements Clock {
	private time = START;
	/** The next one first. */
	private timers: Timer[] = [];
	private readonly next: () => number;
	private readonly stopping = new AbortController();

	/** With `streams`, time also waits for what streams do between two turns of the event loop; that is slower. */
	constructor(
		seed = 1,
		private readonly streams = false,
	) {
		this.next = seededRandom(seed);
	}

	now(): number {
		return this.time;
	}

	date(): number {
		return this.time;
	}

	/** Ms since the clock was made. */
	get elapsed(): number {
		return this.time - START;
	}

	random(): number {
		return this.next();
	}

	async sleep(ms: number): Promise<void> {
		if (this.stopSignal.aborted) throw new Stopped();
		await new Promise<void>((resolve, reject) => {
			this.set({ at: this.time + ms, ring: resolve, stop: () => reject(new Stopped()) });
		});
	}

	get stopSignal(): AbortSignal {
		return this.stopping.signal;
	}

	/** The same time for another execution, or for none: without `stop`, nothing stops it. */
	beside(stop?: AbortSignal): Clock {
		return {
			stopSignal: stop,
			now: () => this.now(),
			date: () => this.date(),
			sleep: async (ms) => await this.wait(ms),
			deadline: (ms) => this.timeout(ms),
			timeout: (ms) => this.timeout(ms),
			random: () => this.random(),
		};
	}

	/** For stand-ins of the world outside, which no stop of an execution reaches. */
	async wait(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.at(ms, resolve));
	}

	/** Does something `ms` from now. */
	at(ms: number, ring: () => void): void {
		this.set({ at: this.time + ms, ring });
	}

	deadline(ms: number): AbortSignal {
		const controller = new AbortController();
		const abort = () => controller.abort();
		if (this.stopSignal.aborted) abort();
		else this.set({ at: this.time + ms, ring: abort, stop: abort });
		return controller.signal;
	}

	timeout(ms: number): AbortSignal {
		const controller = new AbortController();
		this.set({ at: this.time + ms, ring: () => controller.abort() });
		return controller.signal;
	}

	/** What the Stop button does. */
	stop(): void {
		this.stopping.abort();
		const all = this.timers;
		this.timers = all.filter(({ stop }) => stop === undefined);
		for (const { stop } of all) stop?.();
	}

	/** Lets time pass until `promise` is settled, and gives what came of it. */
	async run<Result>(promise: Promise<Result>): Promise<Result> {
		let settled = false;
		const settle = () => {
			settled = true;
		};
		promise.then(settle, settle);
		const end = this.time + LONGEST_MS;
		for (let stuck = 0; ; ) {
			await this.everybodySleeps(stuck > 0);
			if (settled) return await promise;
			if (this.time > end) throw new Error('It does not come to an end');
			if (this.ringNext()) stuck = 0;
			else if (++stuck > TURNS_WITHOUT_SLEEP) throw new Error('Nobody sleeps, and nothing happens');
		}
	}

	/** Lets `ms` pass. */
	async pass(ms: number): Promise<void> {
		await this.run(this.wait(ms));
	}

	/** A tick comes when no promise has anything left to do; a turn of the event loop, when no tick has either. */
	private async everybodySleeps(slowly: boolean): Promise<void> {
		if (slowly || this.streams) await new Promise((resolve) => setImmediate(resolve));
		else await new Promise<void>((resolve) => process.nextTick(resolve));
	}

	/** After those of the same time. */
	private set(timer: Timer): void {
		let [from, to] = [0, this.timers.length];
		while (from < to) {
			const middle = (from + to) >> 1;
			if ((this.timers[middle]?.at ?? Infinity) <= timer.at) from = middle + 1;
			else to = middle;
		}
		this.timers.splice(from, 0, timer);
	}

	private ringNext(): boolean {
		const [next] = this.timers;
		if (next === undefined) return false;
		// One that is set to a time that is past must not turn time back.
		this.time = Math.max(this.time, next.at);
		const later = this.timers.findIndex(({ at }) => at > this.time);
		const due = this.timers.splice(0, later < 0 ? this.timers.length : later);
		for (const { ring } of due) ring();
		return true;
	}
}
