import { refused, unreachable } from '../../../nodes/shared/errors';
import type { SubmitAnswer } from '../../../nodes/shared/service';
import { jobOf, jobs, stage, submissionOf, taskIdOf, textOf } from '../lib/batch';

const NO: SubmitAnswer = {
	kind: 'refused',
	problem: refused('submit', { status: 400, message: 'bad prompt' }),
};
const DOWN: SubmitAnswer = { kind: 'unavailable', reason: 'the connection was refused' };

describe('Stop', () => {
	it('ends waiting within a second, with the ids of the running tasks and the word "canceled"', async () => {
		const { clock, service, start } = stage({ latencyMs: () => 300 });
		let stoppedAt = 0;
		clock.at(20_000, () => {
			stoppedAt = clock.elapsed;
			clock.stop();
		});
		const problem = await clock.run(start(jobs(3)));
		expect(clock.elapsed - stoppedAt).toBeLessThan(1_000);
		expect(textOf(problem)).toContain('canceled');
		for (const taskId of service.tasks.keys()) expect(textOf(problem)).toContain(taskId);
		expect(service.tasks.size).toBe(3);
	});

	it('names the tasks that were ready or given up as well', async () => {
		const { clock, start } = stage({ taskMs: (nth) => [31_000, Infinity, Infinity][nth] ?? 0 });
		clock.at(50_000, () => clock.stop());
		const work = [jobOf(0), jobOf(1, { timeoutMs: 35_000 }), jobOf(2)];
		const text = textOf(await clock.run(start(work)));
		expect(text).toContain('run on at APIXO: task_2');
		expect(text).toContain('ready: task_0, task_1');
	});

	it('says how many submissions were under way, and keeps them on record', async () => {
		const { clock, context, start } = stage({ latencyMs: () => 10_000 });
		clock.at(5_000, () => clock.stop());
		const problem = await clock.run(start(jobs(2)));
		expect(textOf(problem)).toContain('2 more were being submitted');
		expect(Object.keys(Object(context.ledger)[0])).toEqual(['0', '1']);
	});
});

describe('The first problem', () => {
	it('ends the batch: nothing more is submitted', async () => {
		const { service, run } = stage({ onSubmit: (nth) => (nth === 0 ? NO : undefined) });
		await run(jobs(50), { stopAtFirstProblem: true, maxConcurrentTasks: 4 });
		expect(service.submissions.length).toBeLessThanOrEqual(4);
	});

	it('waits for the submissions under way, and keeps their ids', async () => {
		let nth = 0;
		const { service, run } = stage({
			latencyMs: () => (nth++ === 0 ? 100 : 5_000),
			onSubmit: (_, { input }) => (input.prompt === 'clip 0' ? NO : undefined),
		});
		const outcomes = await run(jobs(4), { stopAtFirstProblem: true });
		expect(outcomes.map(({ kind }) => kind)).toEqual(['problem', 'left', 'left', 'left']);
		expect(outcomes.slice(1).map(taskIdOf).sort()).toEqual([...service.tasks.keys()].sort());
		expect(service.tasks.size).toBe(3);
	});

	it('leaves the other items to go on where it does not end the batch', async () => {
		const { run } = stage({
			onSubmit: (_, { input }) => (input.prompt === 'clip 2' ? NO : undefined),
		});
		const outcomes = await run(jobs(5));
		expect(outcomes.map(({ kind }) => kind)).toEqual(['task', 'task', 'problem', 'task', 'task']);
		expect(textOf(outcomes[2])).toContain('bad prompt');
	});
});

describe('A submission that surely created nothing', () => {
	it('is repeated after a pause when the service was away for a moment', async () => {
		const { service, run } = stage({ onSubmit: (nth) => (nth < 2 ? DOWN : undefined) });
		const outcomes = await run(jobs(1));
		expect(outcomes[0]?.kind).toBe('task');
		expect(service.submissions).toHaveLength(3);
		expect(service.requests[1]).toBeGreaterThanOrEqual(500);
	});

	it('is given up after a few times, with a text that says so', async () => {
		const { service, run } = stage({ onSubmit: () => DOWN });
		const [outcome] = await run(jobs(1));
		expect(service.submissions).toHaveLength(5);
		expect(textOf(outcome)).toContain(unreachable('the connection was refused', 5).message);
	});

	it('waits as long as the service asks for', async () => {
		const busy: SubmitAnswer = { kind: 'unavailable', reason: 'busy', retryAfterMs: 25_000 };
		const { service, run } = stage({ onSubmit: (nth) => (nth === 0 ? busy : undefined) });
		await run(jobs(1));
		expect(service.requests[1]).toBeGreaterThanOrEqual(25_000);
		expect(service.requests[1]).toBeLessThan(25_200);
	});
});

describe('A fault', () => {
	it('while a request is put together is the problem of its item alone, and nothing is sent', async () => {
		const { service, run } = stage();
		const broken = submissionOf('broken', {
			request: () => {
				throw new Error('no such file');
			},
		});
		const outcomes = await run([jobOf(0, { task: broken }), jobOf(1)]);
		expect(outcomes.map(({ kind }) => kind)).toEqual(['problem', 'task']);
		expect(textOf(outcomes[0])).toContain('no such file');
		expect(service.submissions).toEqual(['clip 1']);
	});

	it('of our own names the tasks that were submitted', async () => {
		const { clock, start } = stage({
			onRead: () => {
				throw new Error('a bug');
			},
		});
		const text = textOf(await clock.run(start(jobs(2))));
		expect(text).toContain('a bug');
		expect(text).toContain('task_0, task_1');
	});
});
