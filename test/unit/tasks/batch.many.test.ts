import { jobs, stage, taskIdOf } from '../lib/batch';
import { forcedMs } from '../lib/forced-time';
import { seededRandom } from '../../../sandbox/random';

/** Runs so many items on the documented limits. */
async function many(count: number) {
	const random = seededRandom(5);
	const durations = Array.from({ length: count }, () => 30_000 + random() * 15_000);
	const { clock, run, service } = stage({
		concurrency: 1000,
		requestsPerMinute: 10_000,
		taskMs: (nth) => durations[nth] ?? 45_000,
		latencyMs: () => 100 + random() * 300,
	});
	const outcomes = await run(jobs(count));
	return { durations, elapsed: clock.elapsed, outcomes, service };
}

describe('A thousand items', () => {
	it('take at most 1.1 times the slowest task plus one poll interval', async () => {
		const { durations, elapsed, service } = await many(1000);
		expect(elapsed).toBeLessThan(1.1 * Math.max(...durations) + 5_000);
		expect(service.turnedAway).toEqual({ submit: 0, read: 0 });
	});
});

describe('Five thousand items on the documented limits', () => {
	it('are all delivered, none lost, none twice, near the time that the limits force', async () => {
		const { durations, elapsed, outcomes, service } = await many(5000);
		expect(new Set(outcomes.map(taskIdOf)).size).toBe(5000);
		expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
		expect(service.tasks.size).toBe(5000);
		expect(service.submissions).toHaveLength(5000);
		expect(service.turnedAway).toEqual({ submit: 0, read: 0 });
		expect(elapsed / forcedMs(durations, 1000)).toBeLessThan(1.15);
	});
});
