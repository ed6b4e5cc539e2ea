import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axios from 'axios';
import { chain } from '../../harness/n8n/workflow.mts';
import { generate, webhook } from '../../harness/n8n/nodes.mts';
import { eventually, openOwnStage, type OwnStage, VERSION } from './stage.mts';

describe(`When the machine goes down, on n8n ${VERSION}`, () => {
	let stage: OwnStage;
	before(async () => {
		stage = await openOwnStage('restart');
	});
	after(async () => await stage.close());

	test('an execution that sleeps outlives n8n, and the callback wakes it in the new one', async () => {
		const node = generate(stage.credential, 'Outlives [sandbox: takes=60s]', {
			requestType: 'callback',
			callbackTo: 'execution',
		});
		const workflow = await stage.n8n.createWorkflow(chain('outlives', [webhook('outlives'), node]));
		await stage.n8n.activate(workflow);
		await axios.post(`${stage.server.url}/webhook/outlives`, {}, { proxy: false });
		const asleep = await stage.n8n.latest(workflow.id);
		assert.equal(asleep.status, 'waiting', asleep.error?.message);

		await stage.server.kill();
		const { id } = await stage.submitted('Outlives');
		await eventually('a callback in vain', () => stage.task(id).callbacks[0]);
		await stage.server.restart();
		// The service does so by itself, 30 s, 2 min and 10 min later.
		await stage.sandbox.sendCallback(id);

		const run = await stage.n8n.reached(asleep.id, ['success', 'error', 'crashed']);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO')[0]?.json.taskId, id);
		assert.equal(run.items('APIXO')[0]?.json.state, 'success');
		assert.equal(stage.charged(), 1);
	});
});
