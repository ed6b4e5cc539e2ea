import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chain } from '../../harness/n8n/workflow.mts';
import { code, generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { openStage, type Stage, VERSION } from './stage.mts';

describe(`Nobody pays twice, on n8n ${VERSION}`, () => {
	let stage: Stage;
	before(async () => {
		stage = await openStage();
	});
	after(async () => await stage.close());

	test('Retry On Fail picks up the tasks that were paid for instead of submitting them again', async () => {
		const paid = stage.charged();
		const rows = code('return [1, 2, 3].map((row) => ({ json: { row } }))', 'Rows');
		const node = generate(
			stage.credential,
			'=Row {{ $json.row }} of three',
			{},
			{ retryOnFail: true, maxTries: 3, waitBetweenTries: 100 },
		);
		// The second look at a task fails in a way that ends the node.
		stage.sandbox.faults.add({ on: 'read', kind: 'status', status: 403, nth: 2 });
		const workflow = chain('retry on fail', [manualTrigger(), rows, node]);
		const run = await stage.n8n.run(await stage.n8n.createWorkflow(workflow));
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO').length, 3);
		assert.equal(stage.sandbox.faults.firings.length, 1, 'the first try was to fail');
		assert.equal(stage.charged() - paid, 3);
	});

	test('"Retry" of a failed execution picks up the task that was paid for', async () => {
		const paid = stage.charged();
		const node = generate(stage.credential, 'Retried by hand');
		stage.sandbox.faults.add({ on: 'read', kind: 'status', status: 403 });
		const workflow = chain('retry', [manualTrigger(), node]);
		const failed = await stage.n8n.run(await stage.n8n.createWorkflow(workflow));
		assert.equal(failed.status, 'error');
		const retried = await stage.n8n.retry(failed.id);
		assert.equal(retried.status, 'success', retried.error?.message);
		assert.equal(retried.items('APIXO')[0]?.json.state, 'success');
		assert.equal(stage.charged() - paid, 1);
	});

	test('a connection lost while submitting stops a retry with a clear text instead of paying again', async () => {
		const paid = stage.charged();
		const node = generate(
			stage.credential,
			'Lost on the way',
			{},
			{ retryOnFail: true, maxTries: 3, waitBetweenTries: 100 },
		);
		stage.sandbox.faults.add({ on: 'submit', kind: 'reset-after', prompt: 'Lost on the way' });
		const workflow = chain('unknown outcome', [manualTrigger(), node]);
		const run = await stage.n8n.run(await stage.n8n.createWorkflow(workflow));
		assert.equal(run.status, 'error');
		assert.equal(stage.charged() - paid, 1);
		assert.match(`${run.error?.message} ${run.error?.description}`, /Resubmit If Unclear/);
	});
});
