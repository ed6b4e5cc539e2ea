/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { performance } from 'perf_hooks';

import * as clockModule from '../../../nodes/shared/clock';
import { Stopped, type Clock } from '../../../nodes/shared/clock';
import { seededRandom } from '../../../sandbox/random';

/** Times in the matrix pass this much faster, for the node and for the sandbox alike. */
export const SPEED = 50;

const BEAT_MS = 2;

/**
 * While the process works, the clock runs at this share of its speed: what counts against a
 * deadline is to be the fault, and not the work of the cells beside it.
 */
const WORKING_SHARE = 0.01;

/** However long the machine kept the beat waiting, the clock moves on by this much at most. */
const LONGEST_BEAT_MS = 8;

/** A fast clock for all of the node's waiting. */
export class FastTime {
	private now = Date.now();
	private lastBeat = performance.eventLoopUtilization();
	private readonly due = new Set<{ at: number; act: () => void }>();
	private readonly random = seededRandom(1);
	private readonly beat = setInterval(() => this.moveOn(), BEAT_MS);

	/** Every clock that the node makes from now on is this one. */
	install(): void {
		jest.spyOn(clockModule, 'systemClock').mockImplementation((stop) => this.clock(stop));
	}

	end(): void {
		clearInterval(this.beat);
	}

	private moveOn(): void {
		const beat = performance.eventLoopUtilization();
		const { idle, active } = performance.eventLoopUtilization(beat, this.lastBeat);
		this.lastBeat = beat;
		this.now += Math.min(idle + active * WORKING_SHARE, LONGEST_BEAT_MS) * SPEED;
		for (const entry of this.due) {
			if (entry.at > this.now) continue;
			this.due.delete(entry);
			entry.act();
		}
	}

	private clock(stop?: AbortSignal): Clock {
		return {
			stopSignal: stop,
			now: () => this.now,
			date: () => this.now,
			sleep: async (ms) => {
				if (stop?.aborted) throw new Stopped();
				await new Promise<void>((resolve) => this.due.add({ at: this.now + ms, act: resolve }));
				if (stop?.aborted) throw new Stopped();
			},
			deadline: (ms) => {
				const late = new AbortController();
				this.due.add({ at: this.now + ms, act: () => late.abort() });
				return stop ? AbortSignal.any([stop, late.signal]) : late.signal;
			},
			timeout: (ms) => {
				const late = new AbortController();
				this.due.add({ at: this.now + ms, act: () => late.abort() });
				return late.signal;
			},
			random: this.random,
		};
	}
}
