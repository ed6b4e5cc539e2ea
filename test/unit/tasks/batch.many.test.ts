import { openLedger } from '../../../nodes/Apixo/tasks/ledger';
import { Orders } from '../../../nodes/Apixo/tasks/orders';
import { jobs, NO_MARKS, stage, taskIdOf } from '../lib/batch';
import { forcedMs } from '../lib/forced-time';
import { seededRandom } from '../../../sandbox/random';

/** Runs so many items on the documented limits; after each volley of orders, the next ones gather for `restMs`. */
async function many(count: number, restMs = 0, { concurrency = 1000, passing429s = 0 } = {}) {
	const random = seededRandom(5);
	const durations = Array.from({ length: count }, () => 30_000 + random() * 15_000);
	const { clock, run, service } = stage({
		concurrency,
		requestsPerMinute: 10_000,
		taskMs: (nth) => durations[nth] ?? 45_000,
		latencyMs: () => 100 + random() * 300,
		onSubmit: (nth) => (nth >= 300 && nth < 300 + passing429s ? { kind: 'limited' } : undefined),
	});
	let volleys = 0;
	const place: typeof NO_MARKS.place = async (orders, explained) => {
		volleys++;
		return await NO_MARKS.place(orders, explained);
	};
	const orders = new Orders({
		ledger: openLedger({}, 0, '1'),
		marks: { ...NO_MARKS, place, restMs },
		log: { ordering: () => {}, accepted: () => {} },
	});
	const outcomes = await run(jobs(count), { orders });
	return { durations, elapsed: clock.elapsed, outcomes, service, volleys };
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

describe('Five thousand items whose orders gather before they are put on record', () => {
	it('go in far fewer volleys, and take hardly longer', async () => {
		const restMs = 1_000;
		const { elapsed, outcomes, service, volleys } = await many(5000, restMs);
		const prompt = await many(5000);
		expect(new Set(outcomes.map(taskIdOf)).size).toBe(5000);
		expect(service.submissions).toHaveLength(5000);
		expect(volleys).toBeLessThanOrEqual(elapsed / restMs);
		expect(volleys).toBeLessThan(prompt.volleys / 5);
		expect(elapsed / prompt.elapsed).toBeLessThan(1.1);
	});

	it('grow again after a 429 that passes', async () => {
		const { elapsed, outcomes } = await many(5000, 1_000, { passing429s: 1 });
		const prompt = await many(5000);
		expect(new Set(outcomes.map(taskIdOf)).size).toBe(5000);
		expect(elapsed / prompt.elapsed).toBeLessThan(1.5);
	});

	it('do not gather where others may take the places that are kept', async () => {
		const limits = { concurrency: 900 };
		const { volleys } = await many(2000, 1_000, limits);
		expect(volleys).toBe((await many(2000, 0, limits)).volleys);
	});
});
