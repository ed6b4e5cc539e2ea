import { CONTINUE, generate, manyPrompts, openBench, type Bench } from '../../harness/engine/bench';
import { jsonOf, retryOf } from '../../harness/engine/engine';
import { toolCalls } from '../../harness/engine/tool';
import { until } from '../../harness/until';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { errorOf, hintsOf, running } from './lib/options';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

const run = running(() => bench);
const ordered = () => bench.sandbox.stats().submissionsReceived;

describe('Max Videos per Execution', () => {
	it('refuses what would go past it before anything is ordered, with the numbers', async () => {
		const done = await run({}, { maxVideosPerExecution: 2 }, manyPrompts(3));
		expect(errorOf(done)).toContain(
			"'Max Videos per Execution' is 2: this node has ordered 0 in this execution, and 3 more would go past it",
		);
		expect(ordered()).toBe(0);
	});

	it('takes the lowest where items differ, and refuses as items under Continue On Fail', async () => {
		const option = '={{ $json.prompt === "Clip 1" ? 1 : 9 }}';
		const done = await run({}, { maxVideosPerExecution: option }, manyPrompts(2), CONTINUE);
		for (const { error } of jsonOf(done, APIXO)) expect(error).toContain('is 1: this node');
		expect(ordered()).toBe(0);
	});

	it.each<[unknown, string]>([
		['ten', 'must be a number of at least 0 without decimals, but is "ten"'],
		[-1, 'must be a number of at least 0'],
		['={{ $json.none }}', 'but is undefined: this item has no such field'],
		[0, 'is 0: this node has ordered 0'],
	])('of %j orders nothing', async (value, text) => {
		const done = await run({}, { maxVideosPerExecution: value as string });
		expect(errorOf(done)).toContain(text);
		expect(ordered()).toBe(0);
	});

	it('counts what Retry On Fail orders anew, and not what it picks up', async () => {
		const prompt = 'A [sandbox: fail=GENERATION_FAILED]';
		const input = [{ json: { prompt } }, { json: { prompt: 'B' } }];
		const retry = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 };
		const done = await run({}, { maxVideosPerExecution: 3 }, input, retry);
		expect(errorOf(done)).toContain('has ordered 3 in this execution');
		expect(ordered()).toBe(3);
	});

	it('does not count what an earlier execution has ordered', async () => {
		const slow = generate({}, { timeout: 0.2, maxVideosPerExecution: 2 });
		const failed = await bench.run(apixoWorkflow(slow), {
			input: manyPrompts(2, '[sandbox: takes=200s]'),
		});
		await until(() => bench.sandbox.tasks().every(({ state }) => state === 'success'));
		const resume = retryOf(failed.data, APIXO);
		const again = apixoWorkflow(generate({}, { maxVideosPerExecution: 2 }));
		const done = await bench.run(again, { resume, executionId: '2' });
		expect(errorOf(done)).toBeUndefined();
		expect(jsonOf(done, APIXO)).toHaveLength(2);
		expect(hintsOf(done).join()).toContain('2 videos of an earlier try picked up');
		expect(ordered()).toBe(2);
	});

	it('holds for an agent: of 200 calls 3 order', async () => {
		const parameters = generate({ prompt: 'A' }, { maxVideosPerExecution: 3 });
		const calls = toolCalls(bench.options, parameters, {}, 200);
		const said = await Promise.allSettled(calls.map(async (call) => await call({})));
		expect(said.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
		expect(ordered()).toBe(3);
	});

	it('gives back what the service surely did not take', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 400, times: 2 });
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		const done = await run({}, { maxVideosPerExecution: 1 }, manyPrompts(1), retry);
		expect(jsonOf(done, APIXO)).toMatchObject([{ state: 'success' }]);
	});
});

describe('Minimum Balance', () => {
	it('lets the order go if so much is there', async () => {
		expect(jsonOf(await run({}, { minimumBalance: 1000 }), APIXO)).toHaveLength(2);
	});

	it('orders nothing if less is there', async () => {
		const done = await run({}, { minimumBalance: 1000.5 });
		expect(errorOf(done)).toContain(
			"the balance is 1000 USD and 'Minimum Balance (USD)' is 1000.5",
		);
		expect(ordered()).toBe(0);
	});

	it('orders nothing if the balance cannot be read', async () => {
		bench.sandbox.faults.add({ on: 'balance', kind: 'status', status: 500, times: 9 });
		const done = await run({}, { minimumBalance: 0 });
		expect(errorOf(done)).toContain('a balance that could not be read');
		expect(ordered()).toBe(0);
	});
});
