import type { IDataObject, INode } from 'n8n-workflow';

import {
	CONTINUE,
	generate,
	manyPrompts,
	openBench,
	prompts,
	type Bench,
} from '../../harness/engine/bench';
import { jsonOf, outputsOf } from '../../harness/engine/engine';
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

const asleep = (
	parameters: IDataObject = {},
	options: IDataObject = {},
	settings?: Partial<INode>,
) =>
	apixoWorkflow(
		generate({ requestType: 'callback', callbackTo: 'execution', ...parameters }, options),
		settings,
	);

describe('An execution that sleeps until its clips are ready', () => {
	it('gives all items at once, in order and paired, when the last callback has come', async () => {
		await n8n.execute(asleep(), manyPrompts(25));
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
		await n8n.execute(asleep({ downloadVideo: true }), manyPrompts(2));
		const [items = []] = outputsOf(await n8n.ended(), APIXO);
		expect(items.map(({ binary }) => binary?.data?.mimeType)).toEqual(['video/mp4', 'video/mp4']);
	});

	it('fails with the reason of a task that failed, and names the tasks of the others', async () => {
		await n8n.execute(asleep(), prompts('Good', 'Bad [sandbox: fail=CONTENT_VIOLATION]'));
		const run = await n8n.ended();
		const error = run.data.resultData.error;
		expect(error?.message).toContain('CONTENT_VIOLATION');
		for (const { id } of bench.sandbox.tasks()) expect(error?.message).toContain(id);
		expect(run.data.resultData.runData.Next).toBeUndefined();
	});

	it('gives failed tasks as error items under Continue On Fail', async () => {
		await n8n.execute(
			asleep({}, {}, CONTINUE),
			prompts('Good', 'Bad [sandbox: fail=CONTENT_VIOLATION]'),
		);
		const run = await n8n.ended();
		expect(run.data.resultData.error).toBeUndefined();
		expect(jsonOf(run, APIXO)[0]).toMatchObject({ state: 'success' });
		expect(jsonOf(run, APIXO)[1]).toEqual({
			error: expect.stringContaining('CONTENT_VIOLATION') as string,
		});
	});

	it('sleeps once, even if Retry On Fail comes again because the first item is an error', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 403, times: 1 });
		const prompt = '=A video about {{ $json.topic }}';
		const settings = { ...CONTINUE, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		await n8n.execute(asleep({ prompt }, {}, settings), [
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
			asleep({}, {}, { onError: 'continueErrorOutput' }),
			prompts('Good', 'Bad [sandbox: fail=CONTENT_VIOLATION]'),
		);
		const [good, bad] = outputsOf(await n8n.ended(), APIXO);
		expect(good?.map(({ json }) => json.state)).toEqual(['success']);
		expect(bad?.map(({ json }) => json.error)).toEqual([
			expect.stringContaining('CONTENT_VIOLATION'),
		]);
	});

	it('shows pending tasks when the deadline passes', async () => {
		await n8n.execute(asleep(), manyPrompts(2, '[sandbox: no-callback]'));
		const run = await n8n.passDeadline();
		expect(jsonOf(run, 'Next')).toEqual(
			bench.sandbox.tasks().map(({ id }) => ({ taskId: id, state: 'pending' })),
		);
	});
});
