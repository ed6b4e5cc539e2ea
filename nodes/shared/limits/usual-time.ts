import { USUAL_TIME_MS, type Duration } from '../contract';

/** So many clips tell how long they take at present. */
const REMEMBERED = 20;

/** How long a clip takes, ms. */
export interface UsualTime {
	shortest: number;
	longest: number;
}

const documented = ([shortest, longest]: readonly [number, number]) => ({ shortest, longest });
const DOCUMENTED: Readonly<Record<Duration, UsualTime>> = {
	5: documented(USUAL_TIME_MS[5]),
	10: documented(USUAL_TIME_MS[10]),
};

/**
 * How long clips of an account usually take: as documented, unless the last ones were all ready sooner. Longer
 * ones change nothing, or else the service could become fast again without anybody noticing.
 */
export class UsualTimes {
	private readonly seen = new Map<Duration, number[]>();
	private readonly usual: Record<Duration, UsualTime> = { ...DOCUMENTED };

	of(duration: Duration): UsualTime {
		return this.usual[duration];
	}

	/** Whether any clip was seen to end. */
	get isLearned(): boolean {
		return this.seen.size > 0;
	}

	/** A clip took so long. */
	took(duration: Duration, ms: number): void {
		if (!(ms > 0)) return;
		const seen = [...(this.seen.get(duration) ?? []), ms].slice(-REMEMBERED);
		this.seen.set(duration, seen);
		const learned = { shortest: Math.min(...seen), longest: Math.max(...seen) };
		const documented = DOCUMENTED[duration];
		this.usual[duration] = learned.longest < documented.shortest ? learned : documented;
	}
}
