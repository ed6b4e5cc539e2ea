import type { IRun } from 'n8n-workflow';

import { generate, manyPrompts, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf } from '../../harness/engine/engine';
import { hurry } from '../../harness/engine/hurry';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { until } from '../../harness/until';

const OTHER_KEY = 'the-key-of-another-account';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench({ otherApiKeys: [OTHER_KEY] });
});
afterEach(async () => await bench.close());

const errorOf = (run: IRun) => run.data.resultData.error?.message;
const statesOf = (run: IRun) => jsonOf(run, APIXO).map(({ state }) => state);

describe("A node's own limit, Max Concurrent Tasks,", () => {
	it('fails no item that waits behind a task which nobody waits for', async () => {
		// The place of such a task is kept for 45 s: longer than the time-out of those behind it.
		const parameters = { waitForCompletion: '={{ $json.prompt.startsWith("Wait") }}' };
		const options = { maxConcurrentTasks: 1, timeout: 20 };
		const texts = ['Go', 'Wait 1', 'Go on', 'Wait 2'];
		const restore = hurry(40);
		const run = await bench.run(apixoWorkflow(generate(parameters, options)), {
			input: prompts(...texts.map((text) => `${text} [sandbox: takes=5s]`)),
		});
		restore();
		expect(errorOf(run)).toBeUndefined();
		expect(statesOf(run)).toEqual(['pending', 'success', 'pending', 'success']);
		expect(bench.sandbox.stats().charges).toBe(4);
	});
});

describe('Executions on one account', () => {
	it('go on with the key that they began with when it is changed, and later ones take the new one', async () => {
		const workflow = apixoWorkflow(generate({}, { maxConcurrentTasks: 2 }));
		const before = await bench.start(workflow, { input: manyPrompts(6) });
		await until(() => bench.sandbox.tasks().length === 2);
		Object.assign(bench.options.credentials.apixoApi ?? {}, { apiKey: OTHER_KEY });
		const after = await bench.run(workflow, { input: manyPrompts(3) });
		const runs = [await before.done, after];
		expect(runs.map(errorOf)).toEqual([undefined, undefined]);
		expect(runs.map(statesOf).flat()).toEqual(new Array(9).fill('success'));
		const keys = bench.sandbox.tasks().map(({ apiKey }) => apiKey);
		expect(keys.filter((key) => key === bench.sandbox.apiKey)).toHaveLength(6);
		expect(keys.filter((key) => key === OTHER_KEY)).toHaveLength(3);
	});

	it('are not held up when somebody sets the clock of the system back', async () => {
		const running = await bench.start(apixoWorkflow(generate({}, { maxConcurrentTasks: 1 })), {
			input: manyPrompts(2),
		});
		await until(() => bench.sandbox.tasks().length === 1);
		const real = Date.now;
		const spy = jest.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
		const began = performance.now();
		const run = await running.done;
		spy.mockRestore();
		expect(statesOf(run)).toEqual(['success', 'success']);
		expect(performance.now() - began).toBeLessThan(15_000);
	});
});
