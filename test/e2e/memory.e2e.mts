import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chain, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { openOwnStage, type OwnStage, VERSION } from './stage.mts';

describe(`When n8n keeps files in memory, on n8n ${VERSION}`, () => {
	let stage: OwnStage;
	before(async () => {
		stage = await openOwnStage('memory', { N8N_DEFAULT_BINARY_DATA_MODE: 'default' });
	});
	after(async () => await stage.close());

	const run = async (name: string, ...nodes: WorkflowNode[]) => {
		const workflow = await stage.n8n.createWorkflow(chain(name, [manualTrigger(), ...nodes]));
		return await stage.n8n.run(workflow);
	};

	test('a downloaded clip is in the item, whole', async () => {
		const node = generate(stage.credential, 'A kite', { downloadVideo: true });
		const done = await run('download', node);
		assert.equal(done.status, 'success', done.error?.message);
		const [item] = done.items('APIXO');
		assert.equal(item?.json.downloadError, undefined);
		const original = await fetch(String(item?.json.videoUrl));
		const kept = Buffer.from(String(item?.binary?.data?.data), 'base64');
		assert.ok(kept.equals(Buffer.from(await original.arrayBuffer())));
	});

	test('an image of the workflow cannot be lent out, and the error says why and what helps', async () => {
		const picture: WorkflowNode = {
			name: 'Picture',
			type: 'n8n-nodes-base.convertToFile',
			typeVersion: 1.1,
			position: [220, 0],
			parameters: {
				operation: 'toBinary',
				sourceProperty: 'picture',
				options: { mimeType: 'image/png', fileName: 'picture.png' },
			},
		};
		const content: WorkflowNode = {
			name: 'Content',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [110, 0],
			parameters: {
				assignments: {
					assignments: [{ id: 'a', name: 'picture', value: 'iVBORw0KGgo=', type: 'string' }],
				},
			},
		};
		const parameters = { mode: 'image-to-video', imageSource: 'binary' };
		const done = await run('lend', content, picture, generate(stage.credential, 'x', parameters));
		assert.equal(done.status, 'error');
		assert.match(String(done.error?.message), /keeps binary files in memory/);
		assert.match(String(done.error?.description), /N8N_DEFAULT_BINARY_DATA_MODE|URL/);
		assert.equal(stage.sandbox.stats().submissionsReceived, 1, 'the one of the test before');
	});
});
