import type { IRun } from 'n8n-workflow';

import { until } from '../../harness/until';
import {
	CONTINUE,
	generate,
	manyPrompts,
	openBench,
	prompts,
	type Bench,
} from '../../harness/engine/bench';
import { jsonOf, retryOf } from '../../harness/engine/engine';
import { hurry } from '../../harness/engine/hurry';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

const errorOf = (run: IRun) => run.data.resultData.error;
const retryOnFail = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

/** "Retry" of a failed execution. */
async function retry(run: IRun, parameters = generate()) {
	const resume = retryOf(run.data, APIXO);
	return await bench.run(apixoWorkflow(parameters), { resume, executionId: '2' });
}

describe('Nobody pays twice', () => {
	it('when a read fails past the time-out: Retry On Fail picks the paid tasks up', async () => {
		bench.sandbox.faults.add({ on: 'read', kind: 'status', status: 500, times: 6 });
		const parameters = generate({}, { timeout: 1.5, pollInterval: 0.3 });
		const run = await bench.run(apixoWorkflow(parameters, retryOnFail), { input: manyPrompts(2) });
		expect(errorOf(run)).toBeUndefined();
		expect(jsonOf(run, APIXO).map(({ state }) => state)).toEqual(['success', 'success']);
		expect(bench.sandbox.stats().submissionsReceived).toBe(2);
	});

	it.each(['=A cat, take {{ Math.random() }}', '=A cat on {{ $now.toISO() }}'])(
		'when the prompt is another one at each try: %s',
		async (prompt) => {
			const parameters = generate({ prompt }, { timeout: 0.3 });
			const run = await bench.run(apixoWorkflow(parameters, { ...retryOnFail, maxTries: 5 }), {
				input: manyPrompts(1),
			});
			expect(jsonOf(run, APIXO)).toMatchObject([{ state: 'success' }]);
			expect(bench.sandbox.stats().submissionsReceived).toBe(1);
		},
	);

	it('when the time-out fails the execution: its retry picks the paid tasks up', async () => {
		const slow = generate({}, { timeout: 0.3 });
		const failed = await bench.run(apixoWorkflow(slow), { input: manyPrompts(3) });
		expect(errorOf(failed)?.message).toContain('was not ready within 0.3 s');
		for (const { id } of bench.sandbox.tasks()) expect(errorOf(failed)?.message).toContain(id);

		const retried = await retry(failed);
		expect(errorOf(retried)).toBeUndefined();
		expect(jsonOf(retried, APIXO)).toHaveLength(3);
		expect(bench.sandbox.stats().submissionsReceived).toBe(3);
	});

	it('but a task that failed is submitted anew, and only that one', async () => {
		bench.sandbox.faults.add({ on: 'read', kind: 'status', status: 404, times: 1, prompt: 'Good' });
		const failing = 'Bad [sandbox: fail=GENERATION_FAILED]';
		const run = await bench.run(apixoWorkflow(generate(), { ...retryOnFail, ...CONTINUE }), {
			input: prompts(failing, 'Good'),
		});
		expect(jsonOf(run, APIXO)[0]).toEqual({ error: expect.any(String) as string });
		const submitted = bench.sandbox.tasks().map(({ request }) => request.input.prompt);
		expect(submitted.sort()).toEqual([failing, failing, 'Good']);
	});

	it.each(['reset-after', 'garbage', 'no-data', 'half-body'] as const)(
		'when the answer to a submission is lost (%s): it is not sent again, and a retry says why',
		async (kind) => {
			bench.sandbox.faults.add({ on: 'submit', kind, times: 1 });
			const run = await bench.run(apixoWorkflow(generate(), retryOnFail), {
				input: manyPrompts(1),
			});
			expect(errorOf(run)?.message).toContain('may or may not have been submitted');
			expect(errorOf(run)?.message).toContain('an earlier try');
			expect(bench.sandbox.stats().submissionsReceived).toBe(1);
		},
	);

	it('unless the user says that unknown outcomes are to be submitted again', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'reset-after', times: 1 });
		const parameters = generate({}, { resubmitAfterUnknownOutcome: true });
		const run = await bench.run(apixoWorkflow(parameters, retryOnFail), { input: manyPrompts(1) });
		expect(errorOf(run)).toBeUndefined();
		expect(bench.sandbox.stats().submissionsReceived).toBe(2);
	});

	it('when the service is down for a moment: nothing was created, so it is tried again', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 503, times: 1 });
		const run = await bench.run(apixoWorkflow(generate()), { input: manyPrompts(1) });
		expect(errorOf(run)).toBeUndefined();
		expect(bench.sandbox.stats().submissionsAccepted).toBe(1);
	});

	// No more than 8: each 429 in a row makes the silence after it longer, up to minutes, so that a limiter which
	// counts what it refuses can open again.
	it('when the first 8 of 200 submissions meet the rate limit: 200 results, no task twice', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 429, times: 8 });
		// Ten times faster, because the pauses between tries are for a real service.
		const fast = { timeout: 600, initialDelay: 5, pollInterval: 1, maxConcurrentTasks: 200 };
		const restore = hurry(10);
		const run = await bench.run(apixoWorkflow(generate({}, fast)), { input: manyPrompts(200) });
		restore();
		expect(errorOf(run)).toBeUndefined();
		expect(new Set(jsonOf(run, APIXO).map(({ taskId }) => taskId)).size).toBe(200);
		expect(bench.sandbox.stats().charges).toBe(200);
	});

	it('when 200 go out: they run all at once, and each was submitted exactly once', async () => {
		const run = await bench.run(apixoWorkflow(generate({}, { maxConcurrentTasks: 200 })), {
			// Long enough that none ends before the last one is submitted.
			input: manyPrompts(200, '[sandbox: takes=600s]'),
		});
		expect(errorOf(run)).toBeUndefined();
		expect(bench.sandbox.stats().submissionsReceived).toBe(200);
		expect(bench.sandbox.stats().maxConcurrent).toBe(200);
	});

	it('and a loop pays for each of its rounds, even for the same prompt', async () => {
		const { nodes } = apixoWorkflow(generate({ prompt: 'Same' }, { timeout: 0.3 }), CONTINUE);
		const toApixo = { node: APIXO, type: 'main' as const, index: 0 };
		const toNext = { ...toApixo, node: 'Next' };
		const loop = {
			nodes,
			connections: { Start: { main: [[toApixo, toNext]] }, Next: { main: [[toApixo]] } },
		};
		const run = await bench.run(loop, { input: prompts('x') });
		expect(run.data.resultData.runData[APIXO]).toHaveLength(2);
		expect(bench.sandbox.stats().submissionsReceived).toBe(2);
	});
});

describe('Nothing paid for is lost', () => {
	it('when one item ends the node, its text names the tasks of the others', async () => {
		const run = await bench.run(apixoWorkflow(generate()), {
			input: prompts('One', 'Two', 'Bad [sandbox: fail=NSFW, takes=5s]'),
		});
		const tasks = bench.sandbox.tasks();
		expect(tasks).toHaveLength(3);
		for (const { id } of tasks) expect(errorOf(run)?.message).toContain(id);
	});

	it('Get fetches a task after a time-out, and waits for it', async () => {
		const late = await bench.run(apixoWorkflow(generate({}, { timeout: 0.2 })), {
			input: manyPrompts(1),
		});
		expect(errorOf(late)).toBeDefined();
		const taskId = bench.sandbox.tasks()[0]?.id;
		const get = { resource: 'video', operation: 'get', taskId, waitForCompletion: true };
		const run = await bench.run(apixoWorkflow({ ...get, options: { pollInterval: 0.1 } }));
		expect(jsonOf(run, APIXO)[0]).toMatchObject({ taskId, state: 'success' });
		expect(bench.sandbox.stats().charges).toBe(1);
	});
});

describe('Stop', () => {
	it('ends the waiting within a second, as canceled, and names the running tasks', async () => {
		const running = await bench.start(
			apixoWorkflow(generate({}, { initialDelay: 0, pollInterval: 10 })),
			{ input: manyPrompts(3) },
		);
		// Looked at once each, so that the node knows their IDs.
		await until(() => bench.sandbox.tasks().filter(({ reads }) => reads > 0).length === 3);
		const stopped = Date.now();
		running.stop();
		const run = await running.done;
		expect(Date.now() - stopped).toBeLessThan(1000);
		expect(run.status).toBe('canceled');
		const text = run.data.resultData.runData[APIXO]?.[0]?.error?.message ?? errorOf(run)?.message;
		for (const { id } of bench.sandbox.tasks()) expect(text).toContain(id);
	});
});
