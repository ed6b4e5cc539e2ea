import { KLING_MODEL } from '../../../nodes/shared/contract';
import type { ReadAnswer, SubmitAnswer } from '../../../nodes/shared/service';
import { jobOf, jobs, stage, taskIdOf, textOf } from '../lib/batch';
import { seededRandom } from '../../../sandbox/random';

const FULL: SubmitAnswer = { kind: 'limited' };
const TOO_OFTEN: ReadAnswer = { kind: 'trouble', reason: 'too often', limited: true };

describe('A limit on tasks at once', () => {
	it('fails no item, and no task comes twice', async () => {
		const { run, service } = stage({ concurrency: 7, latencyMs: () => 200 });
		const outcomes = await run(jobs(40));
		expect(new Set(outcomes.map(taskIdOf)).size).toBe(40);
		expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
		expect(service.tasks.size).toBe(40);
		expect(service.mostRunning).toBe(7);
	});

	it('is respected once met: few submissions are turned away', async () => {
		const { run, service } = stage({ concurrency: 50, latencyMs: () => 200 });
		await run(jobs(300));
		expect(service.turnedAway.submit).toBeLessThan(30);
	});

	it('that is lifted later is felt, and used', async () => {
		let full = true;
		const { clock, run, service } = stage({
			taskMs: () => 60_000,
			onSubmit: () => (full && service.tasks.size >= 2 ? FULL : undefined),
		});
		clock.at(30_000, () => {
			full = false;
		});
		await run(jobs(40));
		expect(service.mostRunning).toBeGreaterThan(20);
	});

	it('pauses all submissions for as long as the service asks', async () => {
		const { run, service } = stage({
			onSubmit: (nth) => (nth === 0 ? { kind: 'limited', retryAfterMs: 20_000 } : undefined),
		});
		await run(jobs(1));
		expect(service.requests[1]).toBeGreaterThanOrEqual(20_000);
		expect(service.requests[1]).toBeLessThan(20_200);
	});

	it.each(['limited', 'unavailable'] as const)(
		'is asked again after ten minutes when it asks for a day (%s)',
		async (kind) => {
			const answer = { kind, reason: 'no', retryAfterMs: 86_400_000 };
			const { run, service } = stage({ onSubmit: (nth) => (nth === 0 ? answer : undefined) });
			const [outcome] = await run(jobs(1, { timeoutMs: 900_000 }));
			expect(outcome?.kind).toBe('task');
			expect(service.requests[1]).toBeGreaterThanOrEqual(600_000);
			expect(service.requests[1]).toBeLessThan(600_200);
		},
	);

	it('with such a pause leaves even a place that falls free alone', async () => {
		const { run, service } = stage({
			taskMs: () => 31_000,
			onSubmit: (nth) => (nth === 2 ? { kind: 'limited', retryAfterMs: 60_000 } : undefined),
		});
		await run(jobs(3));
		expect(service.tasks.get('task_2')?.submittedAt).toBeGreaterThanOrEqual(60_000);
	});

	// Not "the first 40 are turned away": each 429 without a success in between is met by a longer silence, because
	// a limiter that counts what it refuses would stay shut otherwise. Forty in a row would take an hour.
	it('whose places others hold for the first minute costs neither an item nor a second task', async () => {
		const { clock, run, service } = stage({
			onSubmit: () => (clock.elapsed < 60_000 ? FULL : undefined),
		});
		const outcomes = await run(jobs(200), { maxConcurrentTasks: 200 });
		expect(new Set(outcomes.map(taskIdOf)).size).toBe(200);
		expect(service.tasks.size).toBe(200);
		expect(service.turnedAway.submit + service.submissions.length - 200).toBeLessThan(15);
		expect(clock.elapsed).toBeLessThan(180_000);
	});

	it('that strikes now and then hardly slows the rest', async () => {
		const random = seededRandom(9);
		const { clock, run } = stage({
			latencyMs: () => 200,
			onSubmit: () => (random() < 0.1 ? FULL : undefined),
		});
		const outcomes = await run(jobs(200));
		expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
		expect(clock.elapsed).toBeLessThan(120_000);
	});

	it.each([1, 2, 3, 4, 5])(
		'that strikes now and then slows the rest by less than two minutes (%d)',
		async (seed) => {
			const random = seededRandom(seed);
			const stageOptions = {
				latencyMs: () => 200,
				onSubmit: () => (random() < 0.03 ? FULL : undefined),
			};
			const { clock, run } = stage(stageOptions, seed);
			const outcomes = await run(jobs(200));
			expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
			expect(clock.elapsed).toBeLessThan(150_000);
		},
	);
});

describe('While others hold all places', () => {
	it('a video that is paid for is fetched all the same, though orders wait', async () => {
		const { clock, service, start, run } = stage({ onSubmit: () => FULL });
		const stop = new AbortController();
		const waiting = start(jobs(1), { clock: clock.beside(stop.signal) });
		const taskId = service.create('from before');
		await clock.pass(90_000);
		const task = { taskId, model: KLING_MODEL };
		const [outcome] = await run([jobOf(0, { task, hasEnded: true })]);
		expect(outcome).toMatchObject({ kind: 'task', task: { state: 'success' } });
		expect(clock.elapsed).toBeLessThan(90_000 + 160_000);
		stop.abort();
		await clock.run(waiting);
	});

	it('a callback finds out what became of its video as soon as a silence is over', async () => {
		const { account, clock, service, start } = stage({ onSubmit: () => FULL });
		const stop = new AbortController();
		const waiting = start(jobs(1), { clock: clock.beside(stop.signal) });
		const taskId = service.create('from before');
		await clock.pass(90_000);
		const look = async () =>
			await account.readNow(async () => await service.read({ taskId, model: KLING_MODEL }));
		let answer = await clock.run(look());
		while (answer.kind === 'trouble' && clock.elapsed < 300_000) answer = await clock.run(look());
		expect(answer.kind).toBe('task');
		expect(clock.elapsed).toBeLessThan(90_000 + 160_000);
		stop.abort();
		await clock.run(waiting);
	});
});

describe('An item that waits for its turn', () => {
	it('goes on waiting while others make progress, far beyond its time-out', async () => {
		const { clock, run } = stage({ concurrency: 1 });
		const outcomes = await run(jobs(10, { timeoutMs: 90_000 }));
		expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
		expect(clock.elapsed).toBeGreaterThan(400_000);
	});

	it('gets its turn when tasks that hold all places come to their time-out', async () => {
		const { run, service } = stage({ taskMs: (nth) => (nth === 0 ? 3_600_000 : 40_000) });
		const outcomes = await run(jobs(4), { maxConcurrentTasks: 1 });
		expect(outcomes.map(({ kind }) => kind)).toEqual(['problem', 'task', 'task', 'task']);
		expect(service.submissions).toHaveLength(4);
	});

	it('gives up when nobody made progress for a whole time-out, and tells that nothing was billed', async () => {
		const { clock, run } = stage({ onSubmit: () => FULL });
		const [outcome] = await run(jobs(1, { timeoutMs: 90_000 }));
		expect(textOf(outcome)).toContain('APIXO took no further task for 90 s');
		expect(textOf(outcome)).toContain('Nothing was billed');
		expect(clock.elapsed).toBeLessThan(100_000);
	});

	it('blames no limit when the service could not be reached at all', async () => {
		const reason = 'the connection was refused';
		const { run } = stage({ onSubmit: () => ({ kind: 'unavailable', reason }) });
		const outcomes = await run(jobs(100, { timeoutMs: 90_000 }));
		for (const outcome of outcomes) {
			expect(textOf(outcome)).toMatch(
				/could not be submitted: the connection was refused, \d+ times/,
			);
		}
	});
});

describe('A limit on requests', () => {
	it('is never exceeded by a thousand tasks, in any minute', async () => {
		const random = seededRandom(4);
		const { run, service } = stage({
			taskMs: () => 100_000 + random() * 100_000,
			latencyMs: () => 100 + random() * 400,
		});
		await run(jobs(1000));
		expect(service.mostRequestsInAMinute).toBeLessThanOrEqual(10_000);
		expect(service.mostRequestsInAMinute).toBeGreaterThan(8_000);
	});

	it('that reads run into is learned: later ones are turned away hardly ever', async () => {
		const { run, service } = stage({ requestsPerMinute: 120, latencyMs: () => 200 });
		const outcomes = await run(jobs(60, { pollIntervalMs: 1_000 }));
		expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
		expect(service.turnedAway.read).toBeGreaterThan(0);
		expect(service.turnedAway.read).toBeLessThan(20);
	});

	it('pauses all reads for as long as the service asks', async () => {
		const { run, service } = stage({
			onRead: (_, nth) => (nth === 0 ? { ...TOO_OFTEN, retryAfterMs: 40_000 } : undefined),
		});
		await run(jobs(1));
		const [first = 0, second = 0] = service.readsAfterSubmission('task_0');
		expect(second - first).toBeGreaterThanOrEqual(40_000);
	});

	it('that never lifts ends in a time-out which names the task', async () => {
		const { clock, run } = stage({ onRead: () => TOO_OFTEN });
		const [outcome] = await run(jobs(1, { timeoutMs: 120_000 }));
		expect(textOf(outcome)).toContain('task_0');
		expect(textOf(outcome)).toContain('too often');
		expect(clock.elapsed).toBeLessThan(135_000);
	});

	it('does not starve any task of its looks', async () => {
		const { run, service } = stage({ taskMs: () => 300_000, requestsPerMinute: 60 });
		await run(jobs(30));
		const looks = [...service.tasks.values()].map(({ reads }) => reads.length);
		expect(Math.min(...looks)).toBeGreaterThanOrEqual(Math.max(...looks) / 3);
	});
});
