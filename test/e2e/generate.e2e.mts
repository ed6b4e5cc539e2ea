import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { chain, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { apixo, code, generate, manualTrigger, QUICK } from '../../harness/n8n/nodes.mts';
import { eventually, openStage, type Stage, VERSION } from './stage.mts';

describe(`Generate by polling, on n8n ${VERSION}`, () => {
	let stage: Stage;
	before(async () => {
		stage = await openStage();
	});
	after(async () => await stage.close());

	const store = async (name: string, ...nodes: WorkflowNode[]) =>
		await stage.n8n.createWorkflow(chain(name, [manualTrigger(), ...nodes]));

	test('a prompt becomes one item with the URL of a clip, paid for once', async () => {
		const paid = stage.charged();
		const workflow = await store('one', generate(stage.credential, 'A paper boat in the rain'));
		const run = await stage.n8n.run(workflow);
		assert.equal(run.status, 'success', run.error?.message);
		const items = run.items('APIXO');
		assert.equal(items.length, 1);
		const { state, taskId, videoUrl, resultUrls } = items[0]?.json ?? {};
		assert.equal(state, 'success');
		assert.match(String(taskId), /^task_/);
		assert.match(String(videoUrl), /^http.*\.mp4/);
		assert.deepEqual(resultUrls, [videoUrl]);
		assert.equal(stage.charged() - paid, 1);
	});

	test('many items run side by side and come out in their order, each paired with its own', async () => {
		const rows = code(
			'return [40, 10, 30, 20, 0].map((takes) => ({ json: { takes: takes + 1 } }))',
			'Rows',
		);
		const prompt = '=Row {{ $json.takes }} [sandbox: takes={{ $json.takes }}s]';
		const workflow = await store('many', rows, generate(stage.credential, prompt));
		const run = await stage.n8n.run(workflow);
		assert.equal(run.status, 'success', run.error?.message);
		const items = run.items('APIXO');
		assert.deepEqual(
			items.map(({ pairedItem }) => pairedItem),
			[0, 1, 2, 3, 4].map((item) => ({ item })),
		);
		const prompts = items.map(({ json }) => stage.task(json.taskId).request.input.prompt);
		assert.deepEqual(
			prompts.map((text) => Number(/Row (\d+)/.exec(text)?.[1])),
			[41, 11, 31, 21, 1],
		);
	});

	test('a downloaded clip lies in n8n, byte for byte', async () => {
		const workflow = await store(
			'download',
			generate(stage.credential, 'A kite', { downloadVideo: true }),
		);
		const run = await stage.n8n.run(workflow);
		assert.equal(run.status, 'success', run.error?.message);
		const [item] = run.items('APIXO');
		const file = item?.binary?.data;
		assert.equal(file?.mimeType, 'video/mp4');
		const kept = await stage.n8n.download(String(file?.id));
		const original = await fetch(String(item?.json.videoUrl));
		assert.ok(kept.equals(Buffer.from(await original.arrayBuffer())));
	});

	test('who does not wait gets the task id at once, and the clip later from Video → Get', async () => {
		const submit = generate(stage.credential, 'A lamp', { waitForCompletion: false });
		const fetchLater = apixo(
			stage.credential,
			{
				operation: 'get',
				taskId: '={{ $json.taskId }}',
				waitForCompletion: true,
				options: { pollInterval: QUICK.pollInterval },
			},
			{ name: 'Get' },
		);
		const run = await stage.n8n.run(await store('later', submit, fetchLater));
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO')[0]?.json.state, 'pending');
		assert.equal(run.items('Get')[0]?.json.state, 'success');
		assert.equal(run.items('Get')[0]?.json.taskId, run.items('APIXO')[0]?.json.taskId);
	});

	test('the balance of the account is an item', async () => {
		const node = apixo(stage.credential, { resource: 'account', operation: 'getBalance' });
		const run = await stage.n8n.run(await store('balance', node));
		const { balance, currency } = run.items('APIXO')[0]?.json ?? {};
		assert.equal(typeof balance, 'number');
		assert.equal(currency, 'USD');
	});

	test('a task that fails shows its reason and its id, with a way on', async () => {
		const node = generate(stage.credential, 'x [sandbox: fail=CONTENT_VIOLATION, takes=1s]');
		const run = await stage.n8n.run(await store('fails', node));
		assert.equal(run.status, 'error');
		assert.match(run.error?.message ?? '', /Content violates usage policy/);
		assert.match(`${run.error?.message}`, /task_/);
		assert.ok(run.error?.description);
	});

	test('with an error output the good items go on and the bad ones say why', async () => {
		const rows = code('return [1, 2, 3].map((row) => ({ json: { row } }))', 'Rows');
		const prompt = '={{ $json.row === 2 ? "bad [sandbox: fail=NSFW, takes=1s]" : "good" }}';
		const node = generate(stage.credential, prompt, {}, { onError: 'continueErrorOutput' });
		const run = await stage.n8n.run(await store('error output', rows, node));
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO', 0).length, 2);
		const [bad, ...others] = run.items('APIXO', 1);
		assert.equal(others.length, 0);
		assert.match(JSON.stringify(bad?.json), /task_/);
	});

	// n8n stores its own text about a stopped execution and drops what the node says, on all versions.
	test('Stop ends the waiting within a second, and nothing is asked about the task any more', async () => {
		const node = generate(stage.credential, 'for ever [sandbox: never-ends]');
		const id = await stage.n8n.start(await store('stop', node));
		const { id: taskId } = await stage.submitted('for ever');
		await eventually('a read', () => stage.task(taskId).reads > 0 || undefined);
		await stage.n8n.stop(id);
		const stopped = Date.now();
		assert.equal((await stage.n8n.execution(id)).status, 'canceled');
		await delay(1000 - (Date.now() - stopped));
		const { reads } = stage.task(taskId);
		await delay(5 * QUICK.pollInterval * 1000);
		assert.equal(stage.task(taskId).reads, reads);
	});
});
