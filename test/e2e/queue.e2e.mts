import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axios from 'axios';
import { N8nClient } from '../../harness/n8n/client.mts';
import { type QueueN8n, startQueueN8n } from '../../harness/n8n/queue.mts';
import { chain, type StoredWorkflow, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { apixo, apixoTrigger, generate, manualTrigger, webhook } from '../../harness/n8n/nodes.mts';
import {
	addSandbox,
	eventually,
	packageTarball,
	type Stage,
	stageFolders,
	VERSION,
} from './stage.mts';

/** Two executions at a time keep both workers busy, so that it shows where each ran. */
const ONE_AT_A_TIME = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };

/** How soon a dead worker's execution is noticed. Milliseconds; n8n's defaults are 60 s and 30 s. */
const QUICK_TO_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** What n8n says of an execution whose worker died; 1.x runs it once more, and then the node says so. */
const LOST = VERSION.startsWith('1.')
	? /may or may not have been submitted: it was about to be when n8n ended/
	: /failed to be processed too many times/;

describe(`In queue mode, on n8n ${VERSION}`, () => {
	let n8n: QueueN8n;
	let stage: Pick<Stage, 'n8n' | 'sandbox' | 'credential' | 'submitted' | 'task' | 'charged'>;
	before(async () => {
		n8n = await startQueueN8n({
			version: VERSION,
			...stageFolders('queue'),
			packageTarball: await packageTarball(),
			workers: 2,
			env: { ...ONE_AT_A_TIME, ...QUICK_TO_NOTICE },
		});
		const client = await N8nClient.signIn(n8n);
		stage = { n8n: client, ...(await addSandbox(client, { timeScale: 8 })) };
	});
	after(async () => {
		await stage?.sandbox.close();
		await n8n?.stop();
	});

	const activated = async (name: string, ...nodes: WorkflowNode[]): Promise<StoredWorkflow> => {
		const workflow = await stage.n8n.createWorkflow(chain(name, nodes));
		await stage.n8n.activate(workflow);
		return workflow;
	};
	/** Calls a workflow's webhook at the process that serves them, as the outside world does. */
	const call = async (path: string) => {
		await axios.post(`${n8n.webhookUrl}/webhook/${path}`, {}, { proxy: false });
	};
	/** The workers that ran an execution, by number; a resumed one may have had two. */
	const workersOf = (executionId: string) =>
		n8n.workers.flatMap((worker, index) =>
			Array.from(worker.log().matchAll(/Worker started execution (\d+)/g))
				.filter(([, id]) => id === executionId)
				.map(() => index),
		);

	test('the workers do the work, side by side, and clips lie in the database', async () => {
		const node = generate(stage.credential, 'Work [sandbox: takes=20s]', { downloadVideo: true });
		const workflow = await activated('work', webhook('work'), node);
		await Promise.all([call('work'), call('work')]);
		const ids = await eventually('two executions', async () => {
			const executions = await stage.n8n.executionsOf(workflow.id);
			return executions.length === 2 ? executions.map(({ id }) => id) : undefined;
		});
		const runs = await Promise.all(
			ids.map(async (id) => await stage.n8n.reached(id, ['success', 'error'])),
		);
		for (const run of runs) {
			assert.equal(run.status, 'success', run.error?.message);
			const [item] = run.items('APIXO');
			const { id, data = '' } = item?.binary?.data ?? {};
			// n8n 1.x keeps the file in the execution's data, newer ones in a table of its own.
			assert.match(id ?? 'in the data', VERSION.startsWith('1.') ? /^in the data$/ : /^database:/);
			const kept = id ? await stage.n8n.download(id) : Buffer.from(data, 'base64');
			const original = await fetch(String(item?.json.videoUrl));
			assert.ok(kept.equals(Buffer.from(await original.arrayBuffer())));
		}
		assert.deepEqual(ids.flatMap(workersOf).sort(), [0, 1]);
		assert.doesNotMatch(n8n.main.log(), /Worker started execution/);
	});

	test('executions that sleep hold no worker, and the webhook process wakes them', async () => {
		const node = generate(stage.credential, 'Sleep [sandbox: takes=40s]', {
			requestType: 'callback',
			callbackTo: 'execution',
		});
		const workflow = await activated('sleep', webhook('sleep'), node);
		// More than there are workers.
		for (let number = 0; number < 4; number++) await call('sleep');
		const asleep = await eventually('four executions that sleep', async () => {
			const executions = await stage.n8n.executionsOf(workflow.id);
			const waiting = executions.filter(({ status }) => status === 'waiting');
			return waiting.length === 4 ? waiting : undefined;
		});
		for (const { id } of asleep) {
			const run = await stage.n8n.reached(id, ['success', 'error']);
			assert.equal(run.status, 'success', run.error?.message);
			assert.equal(run.items('APIXO')[0]?.json.state, 'success');
			assert.equal(workersOf(id).length, 2, 'one worker to fall asleep on, one to wake on');
		}
		const tasks = stage.sandbox.tasks().filter(({ callbacks }) => callbacks.length > 0);
		for (const { callbacks } of tasks) {
			assert.ok(callbacks.at(-1)?.url.startsWith(n8n.webhookUrl));
		}
	});

	test('the trigger works at the webhook process', async () => {
		const receiver = await activated('receive', apixoTrigger(stage.credential, 'queue-trigger'));
		const node = generate(stage.credential, 'To the trigger [sandbox: takes=8s]', {
			requestType: 'callback',
			callbackTo: 'trigger',
			callbackUrl: `${n8n.webhookUrl}/webhook/queue-trigger/webhook`,
		});
		const sender = await stage.n8n.createWorkflow(chain('send', [manualTrigger(), node]));
		const sent = await stage.n8n.run(sender);
		const run = await stage.n8n.latest(receiver.id);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO Trigger')[0]?.json.taskId, sent.items('APIXO')[0]?.json.taskId);
		assert.equal(workersOf(run.id).length, 1);
	});

	test('a worker that dies takes no execution with it that sleeps', async () => {
		const node = generate(stage.credential, 'Survivor [sandbox: takes=40s]', {
			requestType: 'callback',
			callbackTo: 'execution',
		});
		const workflow = await activated('survivor', webhook('survivor'), node);
		await call('survivor');
		const asleep = await stage.n8n.latest(workflow.id);
		assert.equal(asleep.status, 'waiting', asleep.error?.message);
		const [victim = 0] = workersOf(asleep.id);
		await n8n.workers[victim]?.kill();
		const run = await stage.n8n.reached(asleep.id, ['success', 'error']);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO')[0]?.json.state, 'success');
		await n8n.restartWorker(victim);
	});

	// Lost: the execution, of which n8n has stored nothing yet. Not lost: the clip, and its price.
	test('a worker that dies while it polls loses the execution, but nobody submits again for it', async () => {
		const paid = stage.charged();
		const node = generate(stage.credential, 'Killed [sandbox: takes=40s]');
		const workflow = await activated('killed', webhook('killed'), node);
		await call('killed');
		const { id: taskId } = await stage.submitted('Killed');
		const [{ id } = { id: '' }] = await stage.n8n.executionsOf(workflow.id);
		const [victim = 0] = workersOf(id);
		await n8n.workers[victim]?.kill();
		const run = await stage.n8n.reached(id, ['success', 'error', 'crashed'], 120_000);
		assert.equal(run.status, 'error');
		assert.match(run.error?.message ?? '', LOST);
		const retried = await stage.n8n.retry(id);
		assert.equal(retried.status, 'error', 'a retry orders nothing');
		await n8n.restartWorker(victim);

		const get = apixo(stage.credential, { operation: 'get', taskId, waitForCompletion: true });
		const fetched = await stage.n8n.run(
			await stage.n8n.createWorkflow(chain('fetch', [manualTrigger(), get])),
		);
		assert.equal(fetched.items('APIXO')[0]?.json.state, 'success');
		assert.equal(stage.charged() - paid, 1);
	});
});
