import type { AllHoldings, Holdings } from '../../harness/probe/probe.mts';

export const MB = 1024 ** 2;

/** What n8n holds at some moment. */
export interface Sample extends Holdings {
	/** Since the soak began. */
	seconds: number;
	/** That have ended by then. */
	executions: number;
}

export type ThoroughSample = Sample & AllHoldings;

/** The median of the slopes between all pairs (Theil and Sen): a few outliers do not move it. Per unit of `x`. */
export function slope(points: ReadonlyArray<{ x: number; y: number }>): number {
	const slopes = points
		.flatMap((one, index) =>
			points.slice(index + 1).map((other) => (other.y - one.y) / (other.x - one.x)),
		)
		.sort((a, b) => a - b);
	return slopes[Math.floor(slopes.length / 2)] ?? NaN;
}

/** By how much something grows over the last two thirds of the time, by its trend. Bytes */
export function growth(samples: readonly Sample[], of: 'heapUsed' | 'rss'): number {
	const last = samples.at(-1)?.seconds ?? 0;
	const settled = samples.filter(({ seconds }) => seconds >= last / 3);
	const points = settled.map((sample) => ({ x: sample.seconds, y: sample[of] }));
	return slope(points) * (last - (settled[0]?.seconds ?? last));
}

/** What may be left over by chance, of each kind that is counted. */
const LEEWAY = { fds: 5, resources: 5, timers: 5, sockets: 10, signals: 20, listeners: 0 };

/** What n8n holds more of than before, in words; both samples taken at rest. */
export function leftOver(before: ThoroughSample, after: ThoroughSample): string[] {
	const kinds = Object.keys(LEEWAY) as Array<keyof typeof LEEWAY>;
	return kinds
		.filter((kind) => after[kind] - before[kind] > LEEWAY[kind])
		.map((kind) => `Left over: ${before[kind]} ${kind} before, ${after[kind]} after`);
}

const COLUMNS: Array<[string, (sample: Sample & Partial<ThoroughSample>) => string]> = [
	['minute', ({ seconds }) => (seconds / 60).toFixed(1)],
	['executions', ({ executions }) => String(executions)],
	['heap MB', ({ heapUsed }) => (heapUsed / MB).toFixed(1)],
	['RSS MB', ({ rss }) => (rss / MB).toFixed(0)],
	['fds', ({ fds }) => String(fds)],
	['resources', ({ resources }) => String(resources)],
	['timers', ({ timers }) => String(timers)],
	['listeners', ({ listeners }) => String(listeners)],
	['sockets', ({ sockets }) => String(sockets ?? '')],
	['signals', ({ signals }) => String(signals ?? '')],
];

export const HEADER = COLUMNS.map(([name]) => name.padStart(10)).join(' ');

export function row(sample: Sample): string {
	return COLUMNS.map(([, cell]) => cell(sample).padStart(10)).join(' ');
}
