import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axios from 'axios';
import type { Execution } from '../../harness/n8n/execution.mts';
import { chain, type StoredWorkflow, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { apixoTrigger, code, generate, manualTrigger, webhook } from '../../harness/n8n/nodes.mts';
import { eventually, openStage, type Stage, VERSION } from './stage.mts';

/** Parameters of a node whose execution sleeps until the callback comes. */
const SUSPENDED = { requestType: 'callback', callbackTo: 'execution' };

describe(`Callbacks, on n8n ${VERSION}`, () => {
	let stage: Stage;
	/** Paths of webhooks, unique on the shared n8n. */
	let unique: string;
	before(async () => {
		// Callbacks have to be answered within 30 s, which are 4 s here, on a machine that is busy.
		stage = await openStage({ timeScale: 8 });
		unique = new URL(stage.sandbox.baseUrl).port;
	});
	after(async () => await stage.close());

	/** Sleeps in vain. Begun first and looked at last, because its deadline takes a while. */
	let overdue: Promise<Execution>;
	before(async () => {
		const path = `overdue-${unique}`;
		const node = generate(stage.credential, 'Overdue [sandbox: no-callback]', {
			...SUSPENDED,
			options: { callbackDeadline: 1 },
		});
		const workflow = await activated(
			'overdue',
			webhook(path),
			node,
			code('return $input.all()', 'After'),
		);
		await call(path);
		const { id } = await stage.n8n.latest(workflow.id);
		// 76 s, and up to a minute if n8n looks late.
		overdue = stage.n8n.reached(id, ['success', 'error'], 180_000);
		overdue.catch(() => {});
	});

	const activated = async (name: string, ...nodes: WorkflowNode[]): Promise<StoredWorkflow> => {
		const workflow = await stage.n8n.createWorkflow(chain(name, nodes));
		await stage.n8n.activate(workflow);
		return workflow;
	};
	const call = async (path: string) => {
		await axios.post(`${stage.n8n.url}/webhook/${path}`, {}, { proxy: false });
	};

	test('an execution sleeps until its callback and goes on with the clip', async () => {
		const path = `sleep-${unique}`;
		const node = generate(stage.credential, 'Sleeper [sandbox: takes=8s]', SUSPENDED);
		const after = code('return $input.all()', 'After');
		const workflow = await activated('sleep', webhook(path), node, after);
		await call(path);
		const asleep = await stage.n8n.latest(workflow.id);
		assert.equal(asleep.status, 'waiting', asleep.error?.message);
		const run = await stage.n8n.reached(asleep.id, ['success', 'error']);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('After')[0]?.json.state, 'success');
		assert.match(String(run.items('After')[0]?.json.videoUrl), /\.mp4$/);
		assert.deepEqual(stage.sandbox.breaches(), []);
	});

	test('an execution started by hand sleeps and wakes just as well', async () => {
		const node = generate(stage.credential, 'By hand [sandbox: takes=8s]', SUSPENDED);
		const workflow = await stage.n8n.createWorkflow(chain('hand', [manualTrigger(), node]));
		const id = await stage.n8n.start(workflow);
		const run = await stage.n8n.reached(id, ['success', 'error']);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO')[0]?.json.state, 'success');
	});

	test('several items sleep together and come out together, in order, with what failed as an error', async () => {
		const path = `several-${unique}`;
		const rows = code('return [9, 1, 5].map((row) => ({ json: { row } }))', 'Rows');
		const prompt =
			'=Row {{ $json.row }} [sandbox: takes={{ $json.row }}s{{ $json.row === 1 ? ", fail=NSFW" : "" }}]';
		const node = generate(stage.credential, prompt, SUSPENDED, {
			onError: 'continueRegularOutput',
		});
		const workflow = await activated('several', webhook(path), rows, node);
		await call(path);
		const { id } = await stage.n8n.latest(workflow.id);
		const run = await stage.n8n.reached(id, ['success', 'error']);
		assert.equal(run.status, 'success', run.error?.message);
		const items = run.items('APIXO');
		assert.deepEqual(
			items.map(({ pairedItem }) => pairedItem),
			[{ item: 0 }, { item: 1 }, { item: 2 }],
		);
		assert.equal(items[0]?.json.state, 'success');
		assert.match(JSON.stringify(items[1]?.json), /NSFW|task_/);
		assert.equal(items[2]?.json.state, 'success');
	});

	test('two nodes that sleep one after the other order each video once', async () => {
		const path = `twice-${unique}`;
		const rows = code('return [1, 2, 3, 4].map((row) => ({ json: { row } }))', 'Rows');
		const first = generate(
			stage.credential,
			'=First {{ $json.row }} [sandbox: takes=8s]',
			SUSPENDED,
		);
		const second = generate(stage.credential, 'Second [sandbox: takes=8s]', SUSPENDED, {
			name: 'APIXO 2',
		});
		const workflow = await activated('twice', webhook(path), rows, first, second);
		await call(path);
		const { id } = await stage.n8n.latest(workflow.id);
		const run = await stage.n8n.reached(id, ['success', 'error']);
		assert.equal(run.status, 'success', run.error?.message);
		assert.deepEqual(
			run.items('APIXO 2').map(({ json }) => json.state),
			['success', 'success', 'success', 'success'],
		);
		const ordered = (prompt: string) =>
			stage.sandbox.tasks().filter(({ request }) => request.input.prompt.startsWith(prompt)).length;
		assert.deepEqual([ordered('First'), ordered('Second')], [4, 4]);
	});

	test('whoever forges a callback wakes nothing', async () => {
		const path = `forged-${unique}`;
		const prompt = 'Forged [sandbox: callback-forged=state, takes=8s]';
		const node = generate(stage.credential, prompt, SUSPENDED);
		const workflow = await activated('forged', webhook(path), node);
		await call(path);
		const { id } = await stage.n8n.latest(workflow.id);
		const run = await stage.n8n.reached(id, ['success', 'error']);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO')[0]?.json.state, 'success');
	});

	test('a trigger starts its own workflow, with the metadata that the submission sent along', async () => {
		const webhookId = `trigger-${unique}`;
		const receiver = await activated('receive', apixoTrigger(stage.credential, webhookId));
		const node = generate(stage.credential, 'To the trigger [sandbox: takes=8s]', {
			requestType: 'callback',
			callbackTo: 'trigger',
			callbackUrl: `${stage.n8n.url}/webhook/${webhookId}/webhook`,
			options: { callbackMetadata: '{ "row": 7, "customer": "Zoë & Söhne" }' },
		});
		const sender = await stage.n8n.createWorkflow(chain('send', [manualTrigger(), node]));
		const sent = await stage.n8n.run(sender);
		assert.equal(sent.status, 'success', sent.error?.message);
		const run = await stage.n8n.latest(receiver.id);
		assert.equal(run.status, 'success', run.error?.message);
		const { taskId, state, metadata } = run.items('APIXO Trigger')[0]?.json ?? {};
		assert.equal(taskId, sent.items('APIXO')[0]?.json.taskId);
		assert.equal(state, 'success');
		assert.deepEqual(metadata, { row: 7, customer: 'Zoë & Söhne' });
	});

	test('a callback that comes three times starts the workflow once', async () => {
		const webhookId = `thrice-${unique}`;
		const receiver = await activated('once', apixoTrigger(stage.credential, webhookId));
		const node = generate(stage.credential, 'Thrice [sandbox: callbacks=3, takes=1s]', {
			requestType: 'callback',
			callbackTo: 'trigger',
			callbackUrl: `${stage.n8n.url}/webhook/${webhookId}/webhook`,
		});
		await stage.n8n.run(await stage.n8n.createWorkflow(chain('thrice', [manualTrigger(), node])));
		const { id } = await stage.submitted('Thrice');
		await eventually('three answered callbacks', () => {
			const taken = stage.task(id).callbacks.filter((attempt) => attempt.taken);
			return taken.length === 3 || undefined;
		});
		assert.equal((await stage.n8n.executionsOf(receiver.id)).length, 1);
	});

	test('strangers who call the trigger start nothing', async () => {
		const webhookId = `strangers-${unique}`;
		const receiver = await activated('strangers', apixoTrigger(stage.credential, webhookId));
		const url = `${stage.n8n.url}/webhook/${webhookId}/webhook`;
		const post = async (body: unknown, query = '') =>
			(await axios.post(url + query, body, { proxy: false, validateStatus: null })).status;
		const data = { taskId: 'task_nobody_knows', state: 'success', resultJson: '{}' };
		assert.equal(await post({ hello: 'world' }), 400);
		assert.equal(await post({ code: 200, message: 'success', data }), 404);
		assert.deepEqual(await stage.n8n.executionsOf(receiver.id), []);
	});

	test('what nobody called about comes out as pending after the deadline', async () => {
		const run = await overdue;
		assert.equal(run.status, 'success', run.error?.message);
		const { id } = await stage.submitted('Overdue');
		assert.deepEqual(
			run.items('After').map(({ json }) => [json.taskId, json.state, json.duration]),
			[[id, 'pending', 5]],
		);
	});
});
