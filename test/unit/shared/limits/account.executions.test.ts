import { runBatch } from '../../../../nodes/Apixo/tasks/batch';
import type { Outcome } from '../../../../nodes/Apixo/tasks/job';
import { Account } from '../../../../nodes/shared/limits/account';
import { LIMITERS } from '../../../../sandbox/limiter';
import { seededRandom } from '../../../../sandbox/random';
import { jobs, ordersIn, taskIdOf } from '../../lib/batch';
import { FakeService, type FakeOptions } from '../../lib/fake-service';
import { VirtualClock } from '../../lib/virtual-clock';

const FREE = { concurrency: 3, requestsPerMinute: 10 };
const DOCUMENTED = { concurrency: 1000, requestsPerMinute: 10_000 };

/** A service, and executions that use one account of it, in one process or in several. */
function open(options: FakeOptions, processes = 1, seed = 1) {
	const clock = new VirtualClock(seed);
	const random = seededRandom(seed * 31);
	const latencyMs = () => 50 + random() * 150;
	const service = new FakeService(clock, { taskMs: () => 20_000, latencyMs, ...options });
	const accounts = Array.from({ length: processes }, () => new Account(clock.beside()));
	let started = 0;
	const execute = async (clips: number, stop = new AbortController(), restMs = 0) => {
		const nth = started++;
		const batch = runBatch(jobs(clips), {
			service,
			account: accounts[nth % processes] ?? new Account(clock.beside()),
			clock: clock.beside(stop.signal),
			orders: ordersIn({}, 0, String(nth), [], restMs),
			maxConcurrentTasks: 1000,
			stopAtFirstProblem: true,
		});
		return await batch;
	};
	return { clock, service, execute };
}

/** Runs so many executions of so many clips, which start within so many ms, and insists that all is delivered, once. */
async function sideBySide(
	count: number,
	clips: number,
	options: FakeOptions,
	{ processes = 1, withinMs = 0, seed = 1 } = {},
) {
	const { clock, service, execute } = open(options, processes, seed);
	const all = Array.from({ length: count }, async (_, nth) => {
		await clock.wait((withinMs * nth) / count);
		return await execute(clips);
	});
	const outcomes = (await clock.run(Promise.all(all))).flat() as Outcome[];
	expect(outcomes.map(({ kind }) => kind)).toEqual(new Array(count * clips).fill('task'));
	expect(new Set(outcomes.map(taskIdOf)).size).toBe(count * clips);
	expect(service.tasks.size).toBe(count * clips);
	const refused = service.turnedAway.submit + service.turnedAway.read;
	return { seconds: clock.elapsed / 1000, refused, share: refused / service.requests.length };
}

const kinds = LIMITERS.flatMap((limiter) =>
	[true, false].map((countsRefused) => ({ limiter, countsRefused })),
);

describe('Nine executions of one clip on the smallest plan', () => {
	it.each(kinds)(
		'are all delivered in 1.4 times the least time ($limiter, $countsRefused)',
		async (kind) => {
			const { seconds, refused } = await sideBySide(9, 1, { ...FREE, ...kind });
			expect(seconds).toBeLessThan(1.4 * 108);
			// The fourth task has to be tried, and nothing else.
			expect(refused).toBe(1);
		},
	);

	it.each(kinds)('in two processes, in 1.6 times ($limiter, $countsRefused)', async (kind) => {
		const ratios: number[] = [];
		for (let seed = 1; seed <= 10; seed++) {
			const start = { processes: 2, withinMs: 3_000, seed };
			const { seconds } = await sideBySide(9, 1, { ...FREE, ...kind }, start);
			ratios.push(seconds / 108);
		}
		const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
		expect(mean).toBeLessThan(1.5);
		// Neither knows of the other: now and then both ask in vain at the same time.
		expect(ratios.filter((ratio) => ratio > 1.6).length).toBeLessThanOrEqual(2);
		expect(Math.max(...ratios)).toBeLessThan(2.2);
	});
});

describe('24 executions of one clip, 3 at once', () => {
	it('take 1.15 times the least time, with few requests turned away', async () => {
		const { seconds, share } = await sideBySide(24, 1, { ...DOCUMENTED, concurrency: 3 });
		expect(seconds).toBeLessThan(1.15 * 160);
		expect(share).toBeLessThan(0.05);
	});
});

describe('20 executions of 100 clips', () => {
	it.each([1, 2])('in %d processes take little more than two rounds', async (processes) => {
		const { seconds, share } = await sideBySide(20, 100, DOCUMENTED, { processes });
		expect(seconds).toBeLessThan(1.15 * 40);
		expect(share).toBeLessThan(0.05);
	});
});

describe('Executions take turns', () => {
	it.each([50, 1000])(
		'so that a clip which comes while 5,000 wait has one of the next ten places that fall free (%d at once)',
		async (concurrency) => {
			const random = seededRandom(7);
			const taskMs = () => 30_000 + random() * 15_000;
			const { clock, service, execute } = open({ ...DOCUMENTED, concurrency, taskMs });
			const stop = new AbortController();
			const large = execute(concurrency + 5000, stop);
			await clock.pass(25_000);
			const before = service.tasks.size;
			expect(before).toBe(concurrency);
			const [outcome] = (await clock.run(execute(1))) as Outcome[];
			const place = [...service.tasks.keys()].indexOf(taskIdOf(outcome) ?? '');
			expect(place).toBeGreaterThanOrEqual(before);
			expect(place).toBeLessThan(before + 10);
			stop.abort();
			await clock.run(large);
		},
	);

	it('and one whose orders gather before they are put on record has its share', async () => {
		const random = seededRandom(3);
		const taskMs = () => 15_000 + random() * 10_000;
		const { clock, execute } = open({ ...DOCUMENTED, taskMs });
		const gathering = execute(4_000, new AbortController(), 1_000);
		await clock.run(execute(4_000));
		const { elapsed } = clock;
		await clock.run(gathering);
		// As many of each: they come to their ends at about the same time.
		expect(elapsed / clock.elapsed).toBeGreaterThan(0.85);
	});

	it('and one that is stopped while it waits stops nobody else', async () => {
		const { clock, service, execute } = open({ ...DOCUMENTED, concurrency: 3 });
		const others = [execute(3), execute(3)];
		const stop = new AbortController();
		const stopped = execute(3, stop);
		clock.at(5_000, () => stop.abort());
		expect(await clock.run(stopped)).toMatchObject({
			message: expect.stringContaining('canceled'),
		});
		expect(clock.elapsed).toBeLessThan(6_000);
		const outcomes = (await clock.run(Promise.all(others))).flat() as Outcome[];
		expect(outcomes.map(({ kind }) => kind)).toEqual(new Array(6).fill('task'));
		expect(service.mostRunning).toBe(3);
	});
});

describe('A thousand executions of one clip that start within a second', () => {
	it.each([0, 1_000])('take little more than one round (%d ms)', async (withinMs) => {
		const { seconds, refused } = await sideBySide(1000, 1, DOCUMENTED, { withinMs });
		expect(seconds).toBeLessThan(45);
		expect(refused).toBe(0);
	});

	it('where only a hundred may run at once, ask hardly ever in vain', async () => {
		const limits = { ...DOCUMENTED, concurrency: 100 };
		const { seconds, share } = await sideBySide(1000, 1, limits, { withinMs: 1_000 });
		expect(seconds).toBeLessThan(1.15 * 200 + 5);
		expect(share).toBeLessThan(0.05);
	});
});
