import type { Cell, Place } from './cells';
import type { FaultId } from './faults';

/** What comes out for an item, by the text that the user reads. */
export const OUTCOMES = {
	video: 'the video',
	unknown: 'error: may or may not have been submitted, not sent again',
	unclear: 'error: may or may not have been submitted, 5 tries; a retry is safe',
	refused: 'error: not accepted',
	unreachable: 'error: not submitted, 5 tries',
	noTurn: 'error: not submitted, no turn',
	timedOut: 'error: not ready in time, with the task ID',
	noClip: 'the result and its URLs, with `downloadError`',
	pending: 'pending, with the task ID',
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** When the fault hits two requests, and when it hits all. */
type Pair = [twice: Outcome, always: Outcome];

interface Expectations {
	/** Of every fault that is not named. */
	others: Pair;
	named: Partial<Record<FaultId, Pair>>;
}

/** Faults of an answer that is good all the same. */
const HARMLESS: Expectations['named'] = {
	slow: ['video', 'video'],
	wrongType: ['video', 'video'],
};

const ON_THE_WAY: Expectations = {
	others: ['video', 'pending'],
	named: { ...HARMLESS, resetAfter: ['video', 'video'], code500: ['video', 'video'] },
};

/** Surely nothing was created. */
const NOTHING_CREATED: Expectations['named'] = {
	refused: ['video', 'unreachable'],
	dns: ['video', 'unreachable'],
	limited: ['video', 'noTurn'],
	limitedUntil: ['video', 'noTurn'],
	s500json: ['refused', 'refused'],
	s503json: ['video', 'unreachable'],
	code500: ['refused', 'refused'],
};

/** The one table of what must come out; docs/billing.md says the same in words. */
const EXPECTED: Record<Place, Expectations> = {
	// The worst is taken for granted, unless it is sure that nothing was created.
	submit: { others: ['unknown', 'unknown'], named: { ...HARMLESS, ...NOTHING_CREATED } },
	// By its key the service knows an order again, so it is repeated.
	submitKeyed: { others: ['video', 'unclear'], named: { ...HARMLESS, ...NOTHING_CREATED } },
	// A read costs nothing, so it is repeated until the time-out.
	read: { others: ['video', 'timedOut'], named: HARMLESS },
	// What is there and is no video stays none.
	download: {
		others: ['video', 'noClip'],
		named: {
			...HARMLESS,
			code500: ['noClip', 'noClip'],
			garbage: ['noClip', 'noClip'],
			noData: ['noClip', 'noClip'],
		},
	},
	// 503 to the callback, which comes again; the last word has the deadline.
	suspended: { others: ['video', 'pending'], named: HARMLESS },
	trigger: { others: ['video', 'pending'], named: HARMLESS },
	waySuspended: ON_THE_WAY,
	wayTrigger: ON_THE_WAY,
};

/** What an item that meets the fault must come to. */
export function expectedOf({ place, fault, shape, policy }: Cell): Outcome {
	const { named, others } = EXPECTED[place];
	const outcome = (named[fault] ?? others)[shape === 'twice' ? 0 : 1];
	// Surely nothing was created, so the next try of the node submits it.
	return outcome === 'refused' && shape === 'twice' && policy === 'retry' ? 'video' : outcome;
}
