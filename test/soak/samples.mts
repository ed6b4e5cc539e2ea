import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { CHECKOUT } from '../../scripts/n8n/package.mts';
import type { N8nServer } from '../../scripts/n8n/server.mts';

/** What lets `Probe` look into n8n. */
export const PROBED = {
	NODE_OPTIONS: `--expose-gc --import ${pathToFileURL(join(CHECKOUT, 'test/soak/probe.mjs')).href}`,
};

/** Milliseconds. */
const PROBE_WITHIN_MS = 60_000;

export const MB = 1024 ** 2;

/** What n8n holds after a garbage collection; memory in bytes. */
export interface Sample {
	/** Since the soak began. */
	seconds: number;
	/** That have ended by then. */
	executions: number;
	heapUsed: number;
	rss: number;
	/** Open files and sockets of the process. */
	fds: number;
	/** What keeps Node.js alive, by its own list; timers are among them. */
	resources: number;
	timers: number;
	/** On the process itself. */
	listeners: number;
}

/** With the objects of these kinds that are in memory. */
export interface ThoroughSample extends Sample {
	sockets: number;
	signals: number;
}

/** Looks into an n8n that was started with `PROBED`. Throws when n8n does not answer. */
export class Probe {
	private answered = 0;

	constructor(private readonly server: N8nServer) {}

	async sample(seconds: number, executions: number): Promise<Sample> {
		return { seconds, executions, ...(await this.ask<Left>('SIGUSR2')) };
	}

	/** Holds n8n up for seconds. */
	async sampleThoroughly(seconds: number, executions: number): Promise<ThoroughSample> {
		const left = await this.ask<Left & { sockets: number; signals: number }>('SIGWINCH');
		return { seconds, executions, ...left };
	}

	private async ask<Answer>(signal: NodeJS.Signals): Promise<Answer & { fds: number }> {
		process.kill(this.server.pid, signal);
		const deadline = Date.now() + PROBE_WITHIN_MS;
		while (Date.now() < deadline) {
			await delay(50);
			const line = [...this.server.log().matchAll(/^\{"probe":.*\}$/gm)].at(-1)?.[0] ?? '{}';
			const { probe = 0, ...left } = JSON.parse(line) as Answer & { probe?: number };
			if (probe <= this.answered) continue;
			this.answered = probe;
			const fds = readdirSync(`/proc/${this.server.pid}/fd`).length;
			return { ...(left as Answer), fds };
		}
		throw new Error('n8n did not tell what it holds.');
	}
}

type Left = Omit<Sample, 'seconds' | 'executions' | 'fds'>;

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
