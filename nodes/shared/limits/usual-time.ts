import { MODELS, USUAL_TIME_MS, type Duration, type Model } from '../contract';

/** So many clips tell how long they take at present. */
const REMEMBERED = 20;

/** How long a clip takes, ms. */
export interface UsualTime {
	shortest: number;
	longest: number;
}

const usual = ([shortest, longest]: readonly [number, number]): UsualTime => ({
	shortest,
	longest,
});

/** Made once, because all that is watched asks for it. */
const DOCUMENTED = new Map(
	MODELS.map((model) => {
		const { 5: short, 10: long } = USUAL_TIME_MS[model];
		return [model, { 5: usual(short), 10: usual(long) }] as const;
	}),
);

function documented(model: Model, duration: Duration): UsualTime {
	return DOCUMENTED.get(model)?.[duration] ?? usual(USUAL_TIME_MS[model][duration]);
}

type Clip = `${Model} ${Duration}`;
const clipOf = (model: Model, duration: Duration): Clip => `${model} ${duration}`;

/**
 * How long clips of an account usually take: as documented, unless the last ones were all ready sooner. Longer
 * ones change nothing, or else the service could become fast again without anybody noticing.
 */
export class UsualTimes {
	private readonly seen = new Map<Clip, number[]>();
	private readonly learned = new Map<Clip, UsualTime>();
	/** How often a usual time has changed. */
	changes = 0;

	/** `duration` in s. */
	of(model: Model, duration: Duration): UsualTime {
		if (this.learned.size === 0) return documented(model, duration);
		return this.learned.get(clipOf(model, duration)) ?? documented(model, duration);
	}

	/** Whether any clip was seen to end. */
	get isLearned(): boolean {
		return this.seen.size > 0;
	}

	/** A clip took so long. */
	took(model: Model, duration: Duration, ms: number): void {
		if (!(ms > 0)) return;
		const clip = clipOf(model, duration);
		const seen = [...(this.seen.get(clip) ?? []), ms].slice(-REMEMBERED);
		this.seen.set(clip, seen);
		const before = this.of(model, duration);
		const learned = { shortest: Math.min(...seen), longest: Math.max(...seen) };
		if (learned.longest < documented(model, duration).shortest) this.learned.set(clip, learned);
		else this.learned.delete(clip);
		const { shortest, longest } = this.of(model, duration);
		if (shortest !== before.shortest || longest !== before.longest) this.changes++;
	}
}
