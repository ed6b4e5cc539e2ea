import { KLING_MODEL } from '../../../nodes/shared/contract';
import { timedOut } from '../../../nodes/shared/errors';
import { jobs, jobOf, stage, taskIdOf, textOf } from '../lib/batch';
import { seededRandom } from '../../../sandbox/random';

describe('A batch runs all items at once', () => {
	it('and takes hardly longer for 20 items than for one', async () => {
		const one = stage({ latencyMs: () => 200 });
		await one.run(jobs(1));
		const { clock, run, service } = stage({ latencyMs: () => 200 });
		await run(jobs(20));
		expect(service.mostRunning).toBe(20);
		expect(clock.elapsed / one.clock.elapsed).toBeLessThan(1.02);
	});

	it('and gives the results in the order of the items, whichever ends first', async () => {
		const random = seededRandom(3);
		const { run, service } = stage({
			taskMs: () => 30_000 + random() * 60_000,
			latencyMs: () => random() * 2_000,
		});
		const outcomes = await run(jobs(50));
		const prompts = outcomes.map((outcome) => service.tasks.get(taskIdOf(outcome) ?? '')?.prompt);
		expect(prompts).toEqual(outcomes.map((_, index) => `clip ${index}`));
		const ends = outcomes.map((outcome) => service.tasks.get(taskIdOf(outcome) ?? '')?.endsAt ?? 0);
		expect(ends).not.toEqual([...ends].sort((a, b) => a - b));
	});

	it('and never has more tasks running than it was told', async () => {
		const { run, service } = stage();
		const outcomes = await run(jobs(20), { maxConcurrentTasks: 6 });
		expect(service.mostRunning).toBe(6);
		expect(outcomes.every(({ kind }) => kind === 'task')).toBe(true);
	});

	it('and has nothing to do without items', async () => {
		const { clock, run } = stage();
		expect(await run([])).toEqual([]);
		expect(clock.elapsed).toBe(0);
	});
});

describe('A batch looks at a task', () => {
	const nearly = (expected: number[]) => expected.map((ms) => Math.round(ms / 1000));

	it('first after the initial delay, then at every poll interval', async () => {
		const { run, service } = stage({ taskMs: () => 44_000 });
		await run(jobs(1, { initialDelayMs: 20_000, pollIntervalMs: 7_000 }));
		expect(nearly(service.readsAfterSubmission('task_0'))).toEqual([20, 27, 34, 41, 48]);
	});

	it('for the last time when its time-out has come, and takes what it finds', async () => {
		const { run, service } = stage({ taskMs: () => 57_000 });
		const [outcome] = await run(jobs(1, { pollIntervalMs: 25_000, timeoutMs: 60_000 }));
		expect(nearly(service.readsAfterSubmission('task_0'))).toEqual([30, 55, 60]);
		expect(outcome?.kind).toBe('task');
	});

	it('only once, at the deadline, where the time-out is shorter than the initial delay', async () => {
		const { run, service } = stage({ taskMs: () => 5_000 });
		const [outcome] = await run(jobs(1, { timeoutMs: 10_000 }));
		expect(nearly(service.readsAfterSubmission('task_0'))).toEqual([10]);
		expect(outcome?.kind).toBe('task');
	});

	it('for the last time even where a thousand reach their time-out together', async () => {
		const { run, service } = stage({ taskMs: () => 28_000, latencyMs: () => 500 });
		const work = jobs(1000, { timeoutMs: 30_000, pollIntervalMs: 60_000 }).map((job) => ({
			...job,
			task: { taskId: service.create('from before'), model: KLING_MODEL },
		}));
		const outcomes = await run(work);
		expect(outcomes.filter(({ kind }) => kind !== 'task')).toEqual([]);
		expect(service.readCount).toBe(2000);
	});

	it('not at all where nobody waits for it', async () => {
		const { clock, run, service } = stage();
		const outcomes = await run(jobs(3, { until: 'submitted' }));
		expect(outcomes).toEqual([0, 1, 2].map((n) => ({ kind: 'submitted', taskId: `task_${n}` })));
		expect(service.readCount).toBe(0);
		expect(clock.elapsed).toBeLessThan(1_000);
	});

	it('once and at once where only its state is asked for', async () => {
		const { clock, service, run } = stage();
		service.create('from before', 'old');
		const [outcome] = await run([
			jobOf(0, { task: { taskId: 'old', model: KLING_MODEL }, until: 'read' }),
		]);
		expect(outcome).toMatchObject({ kind: 'task', task: { taskId: 'old', state: 'processing' } });
		expect(clock.elapsed).toBeLessThan(1_000);
		expect(service.submissions).toEqual([]);
	});
});

describe('A time-out', () => {
	it('counts from the submission of the item itself, not from the start of the batch', async () => {
		const { run } = stage({ taskMs: () => 40_000 });
		const outcomes = await run(jobs(6, { timeoutMs: 50_000 }), { maxConcurrentTasks: 2 });
		expect(outcomes.map(({ kind }) => kind)).toEqual(new Array(6).fill('task'));
	});

	it('names the task, says that it runs on and that Get fetches it', async () => {
		const { clock, run } = stage({ taskMs: () => Infinity });
		const [outcome] = await run(jobs(1));
		expect(outcome).toMatchObject({ kind: 'problem', taskId: 'task_0' });
		expect(textOf(outcome)).toContain(
			'Video task_0 was not ready within 600 s and goes on running',
		);
		expect(textOf(outcome)).toContain('"Video → Get" with task ID task_0');
		expect(clock.elapsed).toBeGreaterThanOrEqual(600_000);
		expect(clock.elapsed).toBeLessThan(601_000);
	});

	it('tells what went wrong with the last look', () => {
		const problem = timedOut('t', 1_500, { trouble: 'the connection was lost' });
		expect(problem.message).toContain('within 1.5 s');
		expect(problem.message).toContain('the last look at it failed: the connection was lost');
	});
});
