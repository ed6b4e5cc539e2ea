import type { IDataObject, INode } from 'n8n-workflow';

import {
	CONTINUE,
	generate,
	manyPrompts,
	openBench,
	pendingItem,
	prompts,
	type Bench,
} from '../../harness/engine/bench';
import { until } from '../../harness/until';
import { jsonOf, outputsOf, retryOf } from '../../harness/engine/engine';
import { hurry } from '../../harness/engine/hurry';
import { N8nServer } from '../../harness/engine/n8n-server';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
let n8n: N8nServer;
beforeEach(async () => {
	bench = await openBench();
	n8n = new N8nServer(bench.options);
	await n8n.listen();
});
afterEach(async () => {
	await bench.close();
	await n8n.close();
});

const suspended = (
	parameters: IDataObject = {},
	options: IDataObject = {},
	settings?: Partial<INode>,
) =>
	apixoWorkflow(
		generate({ requestType: 'callback', callbackTo: 'execution', ...parameters }, options),
		settings,
	);

describe('An execution that is suspended until its clips are ready', () => {
	it('gives all items at once, in order and paired, after the wake', async () => {
		await n8n.execute(suspended(), manyPrompts(25));
		const run = await n8n.ended();
		expect(run.data.resultData.error).toBeUndefined();
		const promptOf = new Map(
			bench.sandbox.tasks().map(({ id, request }) => [id, request.input.prompt]),
		);
		const [items = []] = outputsOf(run, APIXO);
		expect(items.map(({ json }) => promptOf.get(String(json.taskId)))).toEqual(
			manyPrompts(25).map(({ json }) => json.prompt),
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(items.every(({ json }) => json.state === 'success')).toBe(true);
		expect(n8n.resumes()).toBe(1);
		expect(bench.sandbox.stats().submissionsReceived).toBe(25);
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it('fetches the clips when it is asked to', async () => {
		await n8n.execute(suspended({ downloadVideo: true }), manyPrompts(2));
		const [items = []] = outputsOf(await n8n.ended(), APIXO);
		expect(items.map(({ binary }) => binary?.data?.mimeType)).toEqual(['video/mp4', 'video/mp4']);
	});

	it('fails with the reason of a task that failed, and names the tasks of the others', async () => {
		await n8n.execute(suspended(), prompts('Good', 'Bad [sandbox: fail=CONTENT_VIOLATION]'));
		const run = await n8n.ended();
		const error = run.data.resultData.error;
		expect(error?.message).toContain('CONTENT_VIOLATION');
		for (const { id } of bench.sandbox.tasks()) expect(error?.message).toContain(id);
		expect(run.data.resultData.runData.Next).toBeUndefined();
	});

	it('gives failed tasks as error items under Continue On Fail', async () => {
		await n8n.execute(
			suspended({}, {}, CONTINUE),
			prompts('Good', 'Bad [sandbox: fail=CONTENT_VIOLATION]'),
		);
		const run = await n8n.ended();
		expect(run.data.resultData.error).toBeUndefined();
		expect(jsonOf(run, APIXO)[0]).toMatchObject({ state: 'success' });
		expect(jsonOf(run, APIXO)[1]).toEqual({
			error: expect.stringContaining('CONTENT_VIOLATION') as string,
		});
	});

	it('is suspended once, even if Retry On Fail comes again because the first item is an error', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 403, times: 1 });
		const prompt = '=A video about {{ $json.topic }}';
		const settings = { ...CONTINUE, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		await n8n.execute(suspended({ prompt }, {}, settings), [
			{ json: { topic: 'cats' } },
			{ json: { topic: 'dogs' } },
		]);
		const run = await n8n.ended();
		expect(jsonOf(run, APIXO)).toEqual([
			{ error: expect.stringContaining('403') as string },
			expect.objectContaining({ state: 'success' }),
		]);
		expect(bench.sandbox.tasks().map(({ request }) => request.input.prompt)).toEqual([
			'A video about dogs',
		]);
	});

	it('sends failed tasks to the error output', async () => {
		await n8n.execute(
			suspended({}, {}, { onError: 'continueErrorOutput' }),
			prompts('Good', 'Bad [sandbox: fail=CONTENT_VIOLATION]'),
		);
		const [good, bad] = outputsOf(await n8n.ended(), APIXO);
		expect(good?.map(({ json }) => json.state)).toEqual(['success']);
		expect(bad?.map(({ json }) => json.error)).toEqual([
			expect.stringContaining('CONTENT_VIOLATION'),
		]);
	});

	it('shows pending tasks when the deadline passes', async () => {
		await n8n.execute(suspended(), manyPrompts(2, '[sandbox: no-callback]'));
		const run = await n8n.passDeadline();
		expect(jsonOf(run, 'Next')).toEqual(bench.sandbox.tasks().map(pendingItem));
	});

	it('fails like any other node: Retry On Fail orders the failed video anew, and that one only', async () => {
		const prompt = 'Flaky [sandbox: fail=GENERATION_FAILED]';
		const retrying = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const back = hurry(20);
		await n8n.execute(suspended({}, {}, retrying), prompts('Good', prompt));
		const run = await n8n.ended().finally(back);
		expect(run.data.resultData.error?.message).toContain('GENERATION_FAILED');
		const ordered = bench.sandbox.tasks().map(({ request }) => request.input.prompt);
		expect(ordered).toEqual(['Good', prompt, prompt]);
	});

	it('stops like any other node after the wake, and names its tasks', async () => {
		await n8n.execute(suspended(), prompts('Good', 'Slow [sandbox: takes=100000s]'));
		await until(() => n8n.resumes() === 1);
		await n8n.stop();
		const run = await n8n.ended();
		expect(run.data.resultData.error?.message).toContain('canceled');
		for (const { id } of bench.sandbox.tasks()) {
			expect(run.data.resultData.error?.message).toContain(id);
		}
	});

	it('polls if none of the first ten orders, which were to call, was accepted', async () => {
		// Teaches the account how fast clips are here.
		await n8n.execute(apixoWorkflow(generate()), manyPrompts(1));
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 403, times: 10 });
		await n8n.execute(suspended({}, {}, CONTINUE), manyPrompts(12), '2');
		const run = await n8n.ended('2');
		expect(n8n.resumes('2')).toBe(0);
		const states = jsonOf(run, APIXO).map(({ state }) => state ?? 'error');
		expect(states.sort()).toEqual([...Array<string>(10).fill('error'), 'success', 'success']);
		expect(bench.sandbox.tasks()).toHaveLength(3);
	});
});

describe('A retry of an execution that was suspended', () => {
	it('finds its orders when n8n was killed after the wake, and pays nothing', async () => {
		await n8n.execute(suspended({ downloadVideo: true }), manyPrompts(3));
		await until(() => n8n.resumes() === 1);
		// As it was saved at the wake: what came after it died with n8n.
		const saved = retryOf(n8n.savedData(), APIXO);
		await n8n.ended();
		const retried = await n8n.execute(suspended({ downloadVideo: true }), [], '2', saved);
		const [items = []] = outputsOf(retried, APIXO);
		expect(items.map(({ json }) => json.state)).toEqual(['success', 'success', 'success']);
		expect(items.every(({ binary }) => binary?.data?.mimeType === 'video/mp4')).toBe(true);
		expect(bench.sandbox.stats().submissionsReceived).toBe(3);
	});

	it('hands its tasks on as pending when it was stopped meanwhile, and orders nothing', async () => {
		const run = await n8n.execute(suspended(), manyPrompts(2));
		const retried = await n8n.execute(suspended(), [], '2', retryOf(run.data, APIXO));
		expect(jsonOf(retried, 'Next')).toEqual(bench.sandbox.tasks().map(pendingItem));
		expect(bench.sandbox.stats().submissionsReceived).toBe(2);
	});

	it('that is changed to be suspended looks at what was ordered by polling', async () => {
		const slow = prompts('Late [sandbox: takes=60s]');
		const first = await bench.run(apixoWorkflow(generate({}, { timeout: 0.2 })), { input: slow });
		expect(first.data.resultData.error?.message).toContain('was not ready');
		const retried = await n8n.execute(
			suspended(),
			[],
			'2',
			retryOf(first.data, APIXO, suspended()),
		);
		expect(retried.waitTill).toBeFalsy();
		expect(jsonOf(retried, APIXO)).toEqual([expect.objectContaining({ state: 'success' })]);
		expect(bench.sandbox.stats().submissionsReceived).toBe(1);
	});
});
