import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import axios from 'axios';
import { CHECKOUT } from '../../harness/checkout.ts';
import { chain } from '../../harness/n8n/workflow.mts';
import { generate, webhook } from '../../harness/n8n/nodes.mts';
import { openStage, type Stage, VERSION } from './stage.mts';

describe(`Images from the workflow, on n8n ${VERSION}`, () => {
	let stage: Stage;
	before(async () => {
		stage = await openStage();
	});
	after(async () => await stage.close());

	/** Uploads a file to a workflow's webhook, as a form on a website does. */
	const upload = async (path: string, file: Buffer, type: string) => {
		const form = new FormData();
		form.append('data', new Blob([new Uint8Array(file)], { type }), 'picture');
		await axios.post(`${stage.n8n.url}/webhook/${path}`, form, { proxy: false });
	};

	test('an uploaded image needs no hosting: the service gets it from this n8n, unchanged', async () => {
		const image = await readFile(join(CHECKOUT, 'sandbox', 'images', 'end.jpg'));
		const path = `upload-${new URL(stage.sandbox.baseUrl).port}`;
		const node = generate(stage.credential, 'The picture comes alive', {
			mode: 'image-to-video',
			imageSource: 'binary',
		});
		const workflow = await stage.n8n.createWorkflow(chain('upload', [webhook(path), node]));
		await stage.n8n.activate(workflow);
		await upload(path, image, 'image/jpeg');
		const run = await stage.n8n.latest(workflow.id);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('APIXO')[0]?.json.state, 'success');
		const [fetched] = stage.task(run.items('APIXO')[0]?.json.taskId).images;
		assert.ok(fetched?.url.startsWith(`${stage.n8n.url}/`), fetched?.url);
		assert.equal(fetched?.type, 'image/jpeg');
		assert.equal(fetched?.bytes, image.length);
	});
});
