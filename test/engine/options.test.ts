import type { IDataObject } from 'n8n-workflow';

import { generate, manyPrompts, openBench, type Bench } from '../../harness/engine/bench';
import { jsonOf, outputsOf } from '../../harness/engine/engine';
import { N8nServer } from '../../harness/engine/n8n-server';
import { toolCalls } from '../../harness/engine/tool';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { errorOf, hintsOf, running } from './lib/options';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

const run = running(() => bench);
const ordered = () => bench.sandbox.stats().submissionsReceived;
const toExecution = { requestType: 'callback', callbackTo: 'execution' };
const toTrigger = {
	requestType: 'callback',
	callbackTo: 'trigger',
	callbackUrl: 'http://127.0.0.1:9/hook',
};

describe('A run that was slowed down by limits', () => {
	it('says so', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 429, times: 2 });
		const done = await run({ downloadVideo: true }, {});
		expect(hintsOf(done)).toEqual([
			"2 requests turned away by APIXO's limits, and sent again later: this run took longer.",
		]);
	});
});

describe('An item', () => {
	it('tells what was ordered', async () => {
		const done = await run({ duration: 10, aspectRatio: '1:1' }, {}, manyPrompts(1));
		expect(jsonOf(done, APIXO)).toMatchObject([
			{ prompt: 'Clip 0', mode: 'text-to-video', duration: 10, aspectRatio: '1:1' },
		]);
	});

	it('keeps the fields of its input, but not those that the video has itself, nor "error"', async () => {
		const row = { prompt: 'A', row: 7, taskId: 'of an earlier node', error: 'of an earlier node' };
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		const done = await run({}, { includeInputFields: true }, [{ json: row }], retry);
		const [task] = bench.sandbox.tasks();
		expect(jsonOf(done, APIXO)[0]).toMatchObject({ row: 7, prompt: 'A', taskId: task?.id });
		expect(jsonOf(done, APIXO)[0]).not.toHaveProperty('error');
		expect(ordered()).toBe(1);
	});

	it('has the file name of its row', async () => {
		const names = ['Launch: 1/2', 'x'.repeat(300), '🚤🚤', '', 'done.MP4', '///'];
		const input = names.map((name) => ({ json: { prompt: 'A [sandbox: clips=2]', name } }));
		const done = await run({ downloadVideo: true }, { fileName: '={{ $json.name }}' }, input);
		const [items = []] = outputsOf(done, APIXO);
		const ids = items.map(({ json }) => String(json.taskId));
		expect(items.map(({ binary }) => binary?.data?.fileName)).toEqual([
			'Launch- 1-2.mp4',
			`${'x'.repeat(240)}.mp4`,
			'🚤🚤.mp4',
			`${ids[3]}.mp4`,
			'done.mp4',
			'---.mp4',
		]);
		expect(items.map(({ binary }) => binary?.data_1?.fileName)[0]).toBe('Launch- 1-2-2.mp4');
		expect(items.map(({ binary }) => binary?.data?.mimeType)).toEqual(names.map(() => 'video/mp4'));
	});

	it('of Get does so too', async () => {
		const first = await run({ waitForCompletion: false }, {}, manyPrompts(1));
		const [json = {}] = jsonOf(first, APIXO);
		const get = {
			...{ resource: 'video', operation: 'get', waitForCompletion: true, downloadVideo: true },
			options: { includeInputFields: true, fileName: '={{ $json.row }}', pollInterval: 0.1 },
			taskId: '={{ $json.taskId }}',
		};
		const input = [{ json: { ...json, row: 12 } }];
		const done = await bench.run(apixoWorkflow(get), { input });
		const [items = []] = outputsOf(done, APIXO);
		expect(items[0]?.json).toMatchObject({ row: 12, state: 'success', prompt: 'Clip 0' });
		expect(items[0]?.binary?.data?.fileName).toBe('12.mp4');
	});
});

describe('A suspended execution', () => {
	let n8n: N8nServer;
	beforeEach(async () => {
		n8n = new N8nServer(bench.options);
		await n8n.listen();
	});
	afterEach(async () => await n8n.close());
	const suspended = (options: IDataObject) => apixoWorkflow(generate(toExecution, options));

	it('keeps the fields of its input after the wake, and what was ordered', async () => {
		const input = [{ json: { prompt: 'A', row: 1 } }, { json: { prompt: 'B', row: 2 } }];
		await n8n.execute(suspended({ includeInputFields: true }), input);
		expect(jsonOf(await n8n.ended(), APIXO)).toMatchObject([
			{ row: 1, prompt: 'A', state: 'success', duration: 5 },
			{ row: 2, prompt: 'B', state: 'success', duration: 5 },
		]);
	});

	it('keeps them also when its deadline passes', async () => {
		const input = [{ json: { prompt: 'A [sandbox: no-callback]', row: 1 } }];
		await n8n.execute(suspended({ includeInputFields: true }), input);
		const done = await n8n.passDeadline();
		expect(jsonOf(done, 'Next')).toMatchObject([{ row: 1, state: 'pending', duration: 5 }]);
	});

	it('whose items are all simulated is not suspended', async () => {
		const done = await bench.run(suspended({ simulate: true }), { input: manyPrompts(2) });
		expect(jsonOf(done, APIXO)).toMatchObject([{ state: 'success' }, { simulated: true }]);
		expect(ordered()).toBe(0);
	});

	it('of which some are simulated gives those beside the others', async () => {
		await n8n.execute(suspended({ simulate: '={{ $json.prompt === "Clip 1" }}' }), manyPrompts(3));
		const items = jsonOf(await n8n.ended(), APIXO);
		expect(items.map(({ state, simulated }) => [state, simulated])).toEqual([
			['success', undefined],
			['success', true],
			['success', undefined],
		]);
		expect(ordered()).toBe(2);
	});
});

describe('Simulate', () => {
	const requests = () => bench.sandbox.stats();

	it('gives samples that play, at once, and no request leaves n8n', async () => {
		const before = JSON.stringify(requests());
		const began = Date.now();
		const done = await run(
			{ duration: 10, aspectRatio: '9:16', downloadVideo: true },
			{ simulate: true, minimumBalance: 5000, maxVideosPerExecution: 0 },
			manyPrompts(50),
		);
		expect(Date.now() - began).toBeLessThan(4_000);
		const [items = []] = outputsOf(done, APIXO);
		expect(items).toHaveLength(50);
		expect(new Set(items.map(({ json }) => json.taskId)).size).toBe(50);
		for (const { json, binary } of items) {
			expect(json).toMatchObject({ state: 'success', simulated: true, aspectRatio: '9:16' });
			expect(String(json.taskId)).toMatch(/^simulated_/);
			expect(String(json.videoUrl)).toMatch(/^https?:/);
			expect(binary?.data).toMatchObject({ mimeType: 'video/mp4' });
		}
		expect(JSON.stringify(requests())).toBe(before);
		expect(hintsOf(done)).toEqual([
			'Simulated: nothing was ordered for 50 videos, these are samples.',
		]);
	});

	it.each<[string, IDataObject]>([
		['not waiting', { waitForCompletion: false }],
		['callbacks to a trigger', toTrigger],
	])('with %s gives pending items, which Get answers', async (_, way) => {
		const done = await run(way, { simulate: true }, manyPrompts(1));
		const [json = {}] = jsonOf(done, APIXO);
		expect(json).toMatchObject({ state: 'pending', simulated: true });
		const get = { resource: 'video', operation: 'get', taskId: '={{ $json.taskId }}' };
		const got = await bench.run(apixoWorkflow(get), { input: [{ json }] });
		expect(jsonOf(got, APIXO)).toMatchObject([
			{ taskId: json.taskId, state: 'success', simulated: true },
		]);
		expect(bench.sandbox.stats().submissionsReceived).toBe(0);
	});

	it('is for some items, if its expression says so', async () => {
		const done = await run({}, { simulate: '={{ $json.prompt === "Clip 0" }}' });
		expect(jsonOf(done, APIXO).map(({ simulated }) => simulated)).toEqual([true, undefined]);
		expect(ordered()).toBe(1);
	});

	it('is not switched off by an expression that finds nothing', async () => {
		const done = await run({}, { simulate: '={{ $json.none }}' });
		expect(errorOf(done)).toContain("'Simulate' must be true or false, but is undefined");
		expect(ordered()).toBe(0);
	});

	it('checks all that an order is checked for', async () => {
		const done = await run({ duration: 7 }, { simulate: true });
		expect(errorOf(done)).toContain("'Duration' must be one of 5, 10");
	});

	it("works as an agent's tool", async () => {
		const [call] = toolCalls(bench.options, generate({ prompt: 'A' }, { simulate: true }));
		expect(await call?.({})).toContain('simulated_');
		expect(ordered()).toBe(0);
	});
});
