import type { Clock } from '../clock';

/** How often the account looks at the clock. */
const TICK_MS = 50;

/** One look at a task that is due. */
export interface DueLook {
	/** Since when, ms on the clock. */
	dueAt: number;
	take(): void;
	/** There was no room for it now. */
	miss(now: number): void;
}

/** A batch, as one of several that share an account. */
export interface Participant {
	/** So many submissions wait for their turn, and may go as far as its own limit is concerned. */
	wanted(): number;
	/** Sends so many, each by the account's `submit`. Room for them is reserved. */
	submit(count: number): void;
	/** Tasks that it watches. */
	watching(): number;
	/** `sparingly`: a first look had better find its task ended. */
	dueLooks(now: number, sparingly: boolean): DueLook[];
	/** Others wait for its places: one of its looks before the time tells how long clips take at present. Whether it has one. */
	lookEarly(now: number): boolean;
	/** Once in each round, after the turns. */
	tick(now: number): void;
	/** A fault of ours while it had its turn. */
	fault(error: unknown): void;
}

/** What the turns have to go by. */
export interface Rules {
	/** Once in each round, before the turns. */
	beginRound(now: number, watching: number, wanted: number): void;
	mayRead(now: number): boolean;
	maySubmit(now: number): boolean;
	reserve(): void;
	/** Requests are so few that looks and submissions compete for them. */
	isScarce(): boolean;
	isShortOfReads(): boolean;
	mayLookEarly(now: number): boolean;
	lookedEarly(now: number): void;
}

/**
 * Gives the batches of an account their turns, round by round. Submissions go one of each batch in turn, so that
 * a small batch does not wait behind a large one; looks, the longest due first. Where requests are scarce, looks
 * come before submissions, because what is paid for is fetched first. A single loop serves them all, and runs only while there are any.
 */
export class Turns {
	/** In the order of their turns. */
	private participants = new Set<Participant>();
	private isRunning = false;

	constructor(
		private readonly clock: Clock,
		private readonly rules: Rules,
	) {}

	/** Takes part from now on. The caller has to leave, however it ends. */
	join(participant: Participant): void {
		this.participants.add(participant);
		if (!this.isRunning) void this.run();
	}

	leave(participant: Participant): void {
		this.participants.delete(participant);
	}

	/** Its submission was turned away, so it has the next turn again. */
	turnedAway(participant: Participant): void {
		if (!this.participants.delete(participant)) return;
		this.participants = new Set([participant, ...this.participants]);
	}

	get isEmpty(): boolean {
		return this.participants.size === 0;
	}

	private async run(): Promise<void> {
		this.isRunning = true;
		while (!this.isEmpty) {
			this.round(this.clock.now());
			await this.clock.sleep(TICK_MS);
		}
		this.isRunning = false;
	}

	private round(now: number): void {
		const wanted = this.sum((participant) => participant.wanted());
		const watching = this.sum((participant) => participant.watching());
		this.rules.beginRound(now, watching, wanted);
		if (this.rules.isScarce()) this.look(now);
		this.submit(now);
		this.look(now);
		for (const participant of this.participants) {
			this.turnOf(participant, () => participant.tick(now));
		}
	}

	private look(now: number): void {
		const sparingly = this.rules.isShortOfReads();
		const due: DueLook[] = [];
		for (const participant of this.participants) {
			if (this.rules.mayLookEarly(now) && participant.lookEarly(now)) this.rules.lookedEarly(now);
			due.push(...participant.dueLooks(now, sparingly));
		}
		due.sort((one, other) => one.dueAt - other.dueAt);
		for (const look of due) {
			if (this.rules.mayRead(now)) look.take();
			else look.miss(now);
		}
	}

	private submit(now: number): void {
		const volleys = new Map<Participant, { wanted: number; granted: number }>();
		for (const participant of this.participants) {
			if (!this.rules.maySubmit(now)) break;
			const volley = volleys.get(participant) ?? { wanted: participant.wanted(), granted: 0 };
			if (volley.granted >= volley.wanted) continue;
			volley.granted++;
			volleys.set(participant, volley);
			this.rules.reserve();
			// Its next turn comes after all others: perhaps in this very loop.
			this.participants.delete(participant);
			this.participants.add(participant);
		}
		for (const [participant, { granted }] of volleys) {
			this.turnOf(participant, () => participant.submit(granted));
		}
	}

	/** What one batch does wrong must not end the turns of the others. */
	private turnOf(participant: Participant, act: () => void): void {
		try {
			act();
		} catch (error) {
			participant.fault(error);
		}
	}

	private sum(of: (participant: Participant) => number): number {
		let total = 0;
		for (const participant of this.participants) total += of(participant);
		return total;
	}
}
