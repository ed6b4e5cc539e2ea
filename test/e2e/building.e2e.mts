/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, signedInPage } from '../../harness/n8n/browser.mts';
import { EditorPage } from '../../harness/n8n/editor-page.mts';
import { chain, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { code, generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { openStage, type Stage, VERSION } from './stage.mts';

/** A laptop's screen. */
const SIZE = { width: 1440, height: 900 };

describe(`Somebody who builds a workflow in n8n ${VERSION}`, () => {
	let stage: Stage;
	let browser: Browser;
	let editor: EditorPage;
	before(async () => {
		stage = await openStage();
		browser = await openBrowser();
		const page = await signedInPage(browser, stage.n8n, SIZE);
		page.setDefaultTimeout(60_000);
		editor = new EditorPage(page, stage.n8n.url);
	});
	after(async () => {
		await browser?.close();
		await stage.close();
	});

	const open = async (name: string, ...nodes: WorkflowNode[]) => {
		const workflow = await stage.n8n.createWorkflow(chain(name, [manualTrigger(), ...nodes]));
		await editor.open(workflow.id);
		return workflow;
	};

	for (const path of ['video/generate', 'video/get', 'account/getBalance']) {
		test(`gets the output of ${path} from n8n before it ever ran`, async () => {
			const url = `${stage.n8n.url}/schemas/n8n-nodes-apixo.apixo/1.0.0/${path}.json`;
			const schema = (await (await fetch(url)).json()) as { properties: Record<string, unknown> };
			const name = path.startsWith('video') ? 'videoUrl' : 'balance';
			assert.ok(schema.properties[name], JSON.stringify(schema));
		});
	}

	test('maps its fields in the next node before anything was paid for', async () => {
		const node = generate(stage.credential, 'A boat');
		await open('schema', node, code('return $input.all()', 'Next'));
		await editor.openNode('Next');
		await editor.page.getByText('videoUrl', { exact: true }).first().waitFor();
		assert.equal(stage.sandbox.tasks().length, 0);
	});

	test('is told before the first run that it is billed, and how to build for free', async () => {
		await open('hint', generate(stage.credential, 'A boat'));
		await editor.openNode('APIXO');
		await editor.output.getByText(/Each run orders and bills a video per item/).waitFor();
	});

	test('gets samples with Simulate, and is told so', async () => {
		const before = JSON.stringify(stage.sandbox.stats());
		const options = { simulate: true };
		await open('simulate', generate(stage.credential, 'A boat', { options, downloadVideo: true }));
		await editor.openNode('APIXO');
		await editor.executeStep();
		await editor.output.getByText('1 item').first().waitFor();
		await editor.output.getByText(/nothing was ordered for 1 video/).waitFor();
		await editor.showOutputAs('Binary');
		await editor.output.getByTestId('ndv-view-binary-data').click();
		const video = editor.page.locator('video');
		await video.waitFor();
		const seconds = await video.evaluate(async (element: HTMLVideoElement) => {
			element.muted = true;
			await element.play();
			return element.duration;
		});
		assert.equal(Math.round(seconds), 5);
		assert.equal(JSON.stringify(stage.sandbox.stats()), before);
	});

	test('reads what a suspended execution waits for', async () => {
		const node = generate(stage.credential, 'x [sandbox: takes=300s]', {
			requestType: 'callback',
			callbackTo: 'execution',
		});
		await open('suspended', node);
		await editor.openNode('APIXO');
		await editor.executeStep();
		await editor.output.getByText(/is suspended until APIXO calls/).waitFor();
	});
});
