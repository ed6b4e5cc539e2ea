import type { IRun } from 'n8n-workflow';

import {
	CONTINUE,
	generate,
	manyPrompts,
	openBench,
	pendingItem,
	prompts,
	type Bench,
} from '../../harness/engine/bench';
import { jsonOf, outputsOf } from '../../harness/engine/engine';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

const errorOf = (run: IRun) => run.data.resultData.error;

describe('Generate', () => {
	it('turns a prompt into an item that holds the clip', async () => {
		const run = await bench.run(apixoWorkflow(generate()), { input: prompts('A paper boat') });
		expect(errorOf(run)).toBeUndefined();
		const [task] = bench.sandbox.tasks();
		expect(jsonOf(run, APIXO)).toEqual([
			{
				taskId: task?.id,
				state: 'success',
				videoUrl: expect.stringMatching(/^http.*\.mp4$/) as string,
				resultUrls: [expect.stringMatching(/^http.*\.mp4$/) as string],
				createTime: expect.any(Number) as number,
				completeTime: expect.any(Number) as number,
				costTime: expect.any(Number) as number,
				prompt: 'A paper boat',
				mode: 'text-to-video',
				duration: 5,
				aspectRatio: '16:9',
			},
		]);
		expect(task?.request).toEqual({
			request_type: 'async',
			input: {
				mode: 'text-to-video',
				prompt: 'A paper boat',
				duration: 5,
				aspect_ratio: '16:9',
			},
		});
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it('sends each option as the service wants it, numbers that came as text included', async () => {
		const parameters = generate(
			{ duration: '={{ "10" }}', aspectRatio: '1:1' },
			{ cfgScale: '={{ "0.3" }}', negativePrompt: 'blurry', provider: 'value' },
		);
		await bench.run(apixoWorkflow(parameters), { input: prompts('A cat') });
		expect(bench.sandbox.tasks()[0]?.request).toEqual({
			request_type: 'async',
			provider: 'value',
			input: {
				mode: 'text-to-video',
				prompt: 'A cat',
				duration: 10,
				aspect_ratio: '1:1',
				negative_prompt: 'blurry',
				cfg_scale: 0.3,
			},
		});
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it('gives one item per input item, in order and paired with it', async () => {
		const run = await bench.run(apixoWorkflow(generate()), { input: manyPrompts(25) });
		const tasks = new Map(
			bench.sandbox.tasks().map((task) => [task.id, task.request.input.prompt]),
		);
		const [items = []] = outputsOf(run, APIXO);
		expect(items.map(({ json }) => tasks.get(String(json.taskId)))).toEqual(
			manyPrompts(25).map(({ json }) => json.prompt),
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	});

	it('gives the task at once when not waiting', async () => {
		const parameters = generate({ waitForCompletion: false });
		const run = await bench.run(apixoWorkflow(parameters), { input: manyPrompts(3) });
		expect(jsonOf(run, APIXO)).toEqual(bench.sandbox.tasks().map(pendingItem));
		expect(bench.sandbox.stats().reads).toBe(0);
	});

	it('puts the clip into the binary field, with all clips of a task in fields of their own', async () => {
		const parameters = generate({ downloadVideo: true, binaryPropertyName: 'clip' });
		const run = await bench.run(apixoWorkflow(parameters), {
			input: prompts('Two [sandbox: clips=2]'),
		});
		const [item] = outputsOf(run, APIXO)[0] ?? [];
		expect(Object.keys(item?.binary ?? {})).toEqual(['clip', 'clip_1']);
		expect(item?.binary?.clip).toMatchObject({ mimeType: 'video/mp4', fileExtension: 'mp4' });
		expect(item?.binary?.clip?.bytes).toBeGreaterThan(1000);
		expect(item?.json.downloadError).toBeUndefined();
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it('keeps the result when the clip cannot be downloaded', async () => {
		bench.sandbox.faults.add({ on: 'download', kind: 'status', status: 404, times: 'always' });
		const run = await bench.run(apixoWorkflow(generate({ downloadVideo: true })), {
			input: prompts('A boat'),
		});
		expect(errorOf(run)).toBeUndefined();
		expect(jsonOf(run, APIXO)[0]).toMatchObject({
			state: 'success',
			videoUrl: expect.any(String) as string,
			downloadError: expect.stringContaining('status 404') as string,
		});
	});

	it('sends start and end image, and no ratio, from image URLs', async () => {
		const images = [
			`${bench.sandbox.origin}/images/start.png`,
			`${bench.sandbox.origin}/images/end.jpg`,
		];
		const parameters = generate({
			mode: 'image-to-video',
			startImageUrl: images[0],
			endImageUrl: images[1],
		});
		const run = await bench.run(apixoWorkflow(parameters), { input: prompts('It moves') });
		expect(errorOf(run)).toBeUndefined();
		expect(bench.sandbox.tasks()[0]?.request.input).toEqual({
			mode: 'image-to-video',
			prompt: 'It moves',
			duration: 5,
			image_urls: images,
		});
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it('fails with the reason of the service, the task id and a way out', async () => {
		const run = await bench.run(apixoWorkflow(generate()), {
			input: prompts('Bad [sandbox: fail=CONTENT_VIOLATION]'),
		});
		const [task] = bench.sandbox.tasks();
		expect(errorOf(run)?.message).toContain(task?.id);
		expect(errorOf(run)?.message).toContain('CONTENT_VIOLATION');
		expect(errorOf(run)).toMatchObject({
			description: expect.stringContaining('Reword') as string,
		});
	});

	it('lets good items out and turns failed ones into error items under Continue On Fail', async () => {
		const run = await bench.run(apixoWorkflow(generate(), CONTINUE), {
			input: prompts('One', 'Bad [sandbox: fail=NSFW]', 'Three'),
		});
		expect(errorOf(run)).toBeUndefined();
		const items = jsonOf(run, APIXO);
		expect(items.map(({ state }) => state)).toEqual(['success', undefined, 'success']);
		expect(items[1]).toEqual({ error: expect.stringContaining('NSFW') as string });
		expect(outputsOf(run, APIXO)[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('sends failed items, with their input, to the error output', async () => {
		const run = await bench.run(apixoWorkflow(generate(), { onError: 'continueErrorOutput' }), {
			input: prompts('One', 'Bad [sandbox: fail=NSFW]', 'Three'),
		});
		const [good, bad] = outputsOf(run, APIXO);
		expect(good).toHaveLength(2);
		expect(bad?.map(({ json }) => json)).toEqual([
			{
				prompt: 'Bad [sandbox: fail=NSFW]',
				error: expect.stringContaining('NSFW') as string,
			},
		]);
	});
});
