import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';

import { until } from '../../harness/until';
import { generate, manyPrompts, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { N8nServer } from '../../harness/engine/n8n-server';
import { apixoWorkflow, triggerWorkflow } from '../../harness/engine/workflow';
import { callback, endedTask, send } from './lib/trigger';

let bench: Bench;
let n8n: N8nServer;
beforeEach(async () => {
	bench = await openBench({ otherApiKeys: ['key-of-others'] });
	n8n = new N8nServer(bench.options);
	await n8n.listen();
});
afterEach(async () => {
	await bench.close();
	await n8n.close();
});

/** Submits one task per prompt to a trigger, without waiting for them. */
async function submitTo(callbackUrl: string, input = prompts('A boat'), options: IDataObject = {}) {
	const parameters = generate(
		{ requestType: 'callback', callbackTo: 'trigger', callbackUrl },
		options,
	);
	const run = await bench.run(apixoWorkflow(parameters), { input });
	expect(run.data.resultData.error).toBeUndefined();
}

describe('The APIXO Trigger', () => {
	it('starts one execution per task, with the clip and the metadata as it went out', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		const metadata = { row: 7, who: 'Zoë & Söhne', tags: ['a', null, { deep: true }] };
		await submitTo(url, manyPrompts(3), { callbackMetadata: JSON.stringify(metadata) });
		await until(() => started.length === 3);
		const ids = bench.sandbox.tasks().map(({ id }) => id);
		expect(started.map(({ taskId }) => taskId).sort()).toEqual(ids.sort());
		for (const json of started) {
			expect(json).toMatchObject({ state: 'success', metadata });
			expect(json.videoUrl).toMatch(/mp4$/);
		}
	});

	it('gives the reason of a task that failed', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		await submitTo(url, prompts('Bad [sandbox: fail=NSFW]'));
		await until(() => started.length === 1);
		expect(started[0]).toMatchObject({ state: 'failed', failCode: 'NSFW' });
		expect(started[0]).not.toHaveProperty('metadata');
	});

	it('leaves out what it is not to start on, with 200', async () => {
		const { url, started } = n8n.activate(triggerWorkflow({ triggerOn: ['success'] }));
		const taskId = await endedTask(bench, 'Bad [sandbox: fail=NSFW]');
		expect(await send(url, callback(taskId))).toBe(200);
		expect(started).toEqual([]);
	});

	it('starts once however often the callback comes', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		const taskId = await endedTask(bench);
		const first = await Promise.all([1, 2, 3].map(async () => await send(url, callback(taskId))));
		expect(first).toContain(200);
		expect(await send(url, callback(taskId))).toBe(200);
		expect(started).toHaveLength(1);
	});

	it('starts each time when duplicates are not to be ignored', async () => {
		const workflow = triggerWorkflow({ options: { ignoreDuplicates: false } });
		const { url, started } = n8n.activate(workflow);
		const taskId = await endedTask(bench);
		await send(url, callback(taskId));
		await send(url, callback(taskId));
		expect(started).toHaveLength(2);
	});

	it('believes the service and not the callback', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		const taskId = await endedTask(bench, 'Bad [sandbox: fail=NSFW]');
		expect(await send(url, callback(taskId, 'success'))).toBe(200);
		expect(started).toEqual([expect.objectContaining({ state: 'failed', failCode: 'NSFW' })]);
	});

	it('believes the callback only when told not to verify', async () => {
		const { url, started } = n8n.activate(triggerWorkflow({ options: { verify: false } }));
		const data = {
			taskId: 't1',
			state: 'success',
			resultJson: '{"resultUrls":["https://a/b.mp4"]}',
		};
		expect(await send(url, { code: 200, data })).toBe(200);
		expect(started).toEqual([
			{
				taskId: 't1',
				state: 'success',
				videoUrl: 'https://a/b.mp4',
				resultUrls: ['https://a/b.mp4'],
			},
		]);
		expect(bench.sandbox.stats().reads).toBe(0);
	});

	it.each([
		['nothing', ''],
		['no JSON', 'hello'],
		['a list', []],
		['no data', { code: 200 }],
		['no task id', callback(undefined)],
		['a task id of 10,000 characters', callback('x'.repeat(10_000))],
		['10 MB', callback('x'.repeat(10_000_000))],
	])('answers 400 to a body that holds %s, and starts nothing', async (_, body) => {
		const { url, started } = n8n.activate(triggerWorkflow());
		expect(await send(url, body)).toBe(400);
		expect(started).toEqual([]);
		expect(bench.sandbox.stats().reads).toBe(0);
	});

	it('answers 401 to metadata that was tampered with', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		await submitTo(url, prompts('Late [sandbox: no-callback]'), { callbackMetadata: '{"row":7}' });
		await until(() => bench.sandbox.tasks()[0]?.state === 'success');
		const [task] = bench.sandbox.tasks();
		const forged = new URL(String(task?.request.callback_url));
		forged.searchParams.set('apixo_metadata', Buffer.from('{"row":8}').toString('base64url'));
		expect(await send(forged.toString(), callback(task?.id))).toBe(401);
		forged.searchParams.delete('apixo_signature');
		expect(await send(forged.toString(), callback(task?.id))).toBe(401);
		expect(started).toEqual([]);
	});

	it('answers 404 for a task that the service does not know with this key', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		const { data } = await axios.post<{ data: { taskId: string } }>(
			`${bench.sandbox.baseUrl}/generateTask/kling-2-5-turbo-pro`,
			{ request_type: 'async', input: { mode: 'text-to-video', prompt: 'x', duration: 5 } },
			{ headers: { Authorization: 'Bearer key-of-others' } },
		);
		expect(await send(url, callback(data.data.taskId))).toBe(404);
		expect(await send(url, callback('task_unknown'))).toBe(404);
		expect(started).toEqual([]);
	});

	it('answers 503 as long as the task runs or cannot be read, and loses nothing', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		bench.sandbox.faults.add({ on: 'read', kind: 'status', status: 500, times: 2 });
		await submitTo(url, prompts('Early [sandbox: callback-early]'));
		const [task] = bench.sandbox.tasks();
		await until(() => started.length === 1);
		const answers = bench.sandbox.tasks()[0]?.callbacks.map(({ status }) => status) ?? [];
		expect(answers.slice(0, -1).every((status) => status === 503)).toBe(true);
		expect(answers.length).toBeGreaterThanOrEqual(2);
		expect(started[0]).toMatchObject({ taskId: task?.id, state: 'success' });
	});

	it('answers 503 to a success that names no video yet, and takes it once it does', async () => {
		const { url, started } = n8n.activate(triggerWorkflow({ options: { verify: false } }));
		const { data } = callback('t1');
		expect(await send(url, { code: 200, data })).toBe(503);
		const resultJson = '{"resultUrls":["https://a/b.mp4"]}';
		expect(await send(url, { code: 200, data: { ...data, resultJson } })).toBe(200);
		expect(started).toEqual([expect.objectContaining({ videoUrl: 'https://a/b.mp4' })]);
		const unnamed = await endedTask(bench, 'Unnamed [sandbox: result=no-urls]');
		const { url: verified, started: none } = n8n.activate(triggerWorkflow());
		expect(await send(verified, callback(unnamed))).toBe(503);
		expect(none).toEqual([]);
	});

	it('answers 503 while the credential cannot be read, and takes the callback later', async () => {
		const { url, started } = n8n.activate(triggerWorkflow());
		const taskId = await endedTask(bench);
		const { credentials } = n8n.options;
		n8n.options.credentials = {};
		expect(await send(url, callback(taskId))).toBe(503);
		n8n.options.credentials = credentials;
		expect(await send(url, callback(taskId))).toBe(200);
		expect(started).toHaveLength(1);
	});

	it('answers 503 to what is nested too deep to be read, and takes the true callback', async () => {
		const { url, started } = n8n.activate(triggerWorkflow({ options: { verify: false } }));
		const depth = 20_000;
		const { data } = callback('t1');
		const nested = JSON.stringify({ code: 200, data: { ...data, deep: 0 } }).replace(
			'"deep":0',
			`"deep":${'['.repeat(depth)}${']'.repeat(depth)}`,
		);
		const headers = { 'Content-Type': 'application/json' };
		const { status } = await axios.post(url, nested, { headers, validateStatus: () => true });
		expect(status).toBe(503);
		const resultJson = '{"resultUrls":["https://a/b.mp4"]}';
		expect(await send(url, { code: 200, data: { ...data, resultJson } })).toBe(200);
		expect(started).toHaveLength(1);
	});
});

describe('Callback to a trigger', () => {
	const refused = async (parameters: IDataObject, options: IDataObject = {}) => {
		const run = await bench.run(
			apixoWorkflow(
				generate({ requestType: 'callback', callbackTo: 'trigger', ...parameters }, options),
			),
			{ input: prompts('A boat') },
		);
		expect(bench.sandbox.stats().submissionsReceived).toBe(0);
		return run.data.resultData.error?.message;
	};

	it('refuses an address that is none, metadata that is no JSON or too long, before it bills', async () => {
		const callbackUrl = 'http://127.0.0.1/webhook';
		expect(await refused({ callbackUrl: 'n8n.example.com' })).toContain("'Callback URL' must be");
		expect(await refused({ callbackUrl }, { callbackMetadata: '{row: 7}' })).toContain(
			"'Callback Metadata' must be JSON",
		);
		expect(
			await refused({ callbackUrl }, { callbackMetadata: JSON.stringify('x'.repeat(2000)) }),
		).toContain("'Callback Metadata' is too long");
	});
});
