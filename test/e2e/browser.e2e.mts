/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, signedInPage } from '../../harness/n8n/browser.mts';
import { OWNER } from '../../harness/n8n/client.mts';
import { EditorPage } from '../../harness/n8n/editor-page.mts';
import { chain, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { apixo, apixoTrigger, generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { eventually, openStage, type Stage, VERSION } from './stage.mts';

/** The fields of Video → Generate as it opens, by their labels, from top to bottom. */
const TEXT_TO_VIDEO = [
	'Resource',
	'Operation',
	'Mode',
	'Prompt',
	'Duration',
	'Aspect Ratio',
	'Request Type',
	'Wait for Completion',
	'Download Video',
	'Options',
];

/** With images: their source and URLs come in, and the shape is theirs. */
const IMAGE_TO_VIDEO = [
	'Resource',
	'Operation',
	'Mode',
	'Prompt',
	'Image Source',
	'Start Image URL',
	'End Image URL',
	'Duration',
	'Request Type',
	'Wait for Completion',
	'Download Video',
	'Options',
];

describe(`In the editor of n8n ${VERSION}`, () => {
	let stage: Stage;
	let browser: Browser;
	let editor: EditorPage;
	before(async () => {
		stage = await openStage();
		browser = await openBrowser();
		editor = await openEditor();
	});
	afterEach(async (context) => {
		const { name } = context as { name: string };
		// Only the picture of the last failure tells something, but which one that is shows later.
		const file = `${name.replace(/\W+/g, '-')}.jpg`;
		await editor.page.screenshot({ path: join(stage.logFolder, file) });
	});
	after(async () => {
		await browser?.close();
		await stage.close();
	});

	const openEditor = async (options: { dark?: boolean } = {}) => {
		const page = await signedInPage(browser, stage.n8n, options);
		page.setDefaultTimeout(60_000);
		return new EditorPage(page, stage.n8n.url);
	};

	/** A workflow with these nodes after a manual trigger, opened. */
	const open = async (name: string, ...nodes: WorkflowNode[]) => {
		const workflow = await stage.n8n.createWorkflow(chain(name, [manualTrigger(), ...nodes]));
		await editor.open(workflow.id);
		return workflow;
	};

	test('the owner signs in and sees the canvas', async () => {
		const context = await browser.newContext();
		const page = await context.newPage();
		await page.goto(`${stage.n8n.url}/signin`);
		await page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
		await page.locator('input[name="password"]').fill(OWNER.password);
		await page.getByTestId('form-submit-button').click();
		await page.waitForURL(/\/(home|workflow)/);
		await context.close();
	});

	describe('the nodes panel', () => {
		before(async () => {
			await open('search');
		});
		for (const words of ['kling', 'text to video', 'image to video', 'apixo']) {
			test(`typing "${words}" finds the node first`, async () => {
				assert.equal((await editor.searchNodes(words))[0], 'APIXO');
			});
		}
	});

	test('the node is added with "Generate a video" and opens ready for a prompt', async () => {
		await open('add');
		await editor.searchNodes('kling');
		await editor.addNode('APIXO', 'Generate a video');
		await editor.panel.waitFor();
		assert.deepEqual(await editor.labels(), TEXT_TO_VIDEO);
	});

	test('each mode shows its own fields and no others', async () => {
		await open('modes', apixo(stage.credential, {}));
		await editor.openNode('APIXO');
		assert.deepEqual(await editor.labels(), TEXT_TO_VIDEO);
		await editor.choose('mode', 'Image to Video');
		assert.deepEqual(await editor.labels(), IMAGE_TO_VIDEO);
		await editor.choose('imageSource', 'Binary File');
		assert.deepEqual(
			(await editor.labels()).filter((label) => /Image/.test(label)),
			['Image Source', 'Start Image Data Field', 'End Image Data Field'],
		);
		await editor.choose('mode', 'Text to Video');
		assert.deepEqual(await editor.labels(), TEXT_TO_VIDEO);
	});

	test('a click on "Execute step" makes a clip, which plays in the binary view', async () => {
		await open('run', generate(stage.credential, 'A boat', { downloadVideo: true }));
		await editor.openNode('APIXO');
		await editor.executeStep();
		await editor.output.getByText('1 item').first().waitFor();
		await editor.showOutputAs('JSON');
		await editor.output.getByText('"success"').first().waitFor();
		await editor.showOutputAs('Binary');
		await editor.output.getByTestId('ndv-view-binary-data').click();
		const video = editor.page.locator('video');
		await video.waitFor();
		const played = await video.evaluate(async (element: HTMLVideoElement) => {
			element.muted = true;
			await element.play();
			await new Promise((resolve) => element.addEventListener('timeupdate', resolve));
			return { duration: element.duration, width: element.videoWidth };
		});
		assert.ok(Math.abs(played.duration - 5) < 0.5, `${played.duration} s`);
		assert.ok(played.width > 0);
	});

	test('a mistake is told by the name of its field, with a way to mend it', async () => {
		await open(
			'mistake',
			apixo(stage.credential, {
				mode: 'image-to-video',
				prompt: 'x',
				startImageUrl: 'C:\\picture.jpg',
			}),
		);
		await editor.openNode('APIXO');
		await editor.executeStep();
		const error = editor.output.getByTestId('node-error-message');
		await error.or(editor.output.getByText("'Start Image URL'")).first().waitFor();
		const text = await editor.output.innerText();
		assert.match(text, /'Start Image URL' must be an absolute http or https URL/);
		assert.match(text, /Nothing was submitted/);
	});

	test('Stop in the middle of a clip says that it is stopped, and so does the execution', async () => {
		const workflow = await open(
			'stop',
			generate(stage.credential, 'Stop me [sandbox: never-ends]'),
		);
		await editor.executeWorkflow();
		const { id: taskId } = await stage.submitted('Stop me');
		await eventually('a read', () => stage.task(taskId).reads > 0 || undefined);
		await editor.stopExecution();
		await editor.page.getByText('Execution stopped').waitFor();
		const { id, status } = await stage.n8n.latest(workflow.id);
		assert.equal(status, 'canceled');
		await editor.openExecution(workflow.id, id);
		await editor.page
			.getByText(/Canceled/)
			.first()
			.waitFor();
	});

	test('an execution that slept and failed tells the reason, and what to do about it', async () => {
		const node = generate(stage.credential, 'x [sandbox: fail=NSFW, takes=20s]', {
			requestType: 'callback',
			callbackTo: 'execution',
		});
		const workflow = await open('slept', node);
		await editor.executeWorkflow();
		const { id } = await stage.n8n.latest(workflow.id);
		const { status } = await stage.n8n.reached(id, ['error', 'success']);
		assert.equal(status, 'error');
		await editor.openExecution(workflow.id, id);
		const output = await editor.openExecutedNode('APIXO');
		await output.getByTestId('node-error-message').waitFor();
		const text = await output.innerText();
		assert.match(text, /could not make video \S+: The task failed: NSFW/);
		assert.match(text, /Reword the prompt/);
	});

	const makeCredential = async (apiKey: string) => {
		await open('credential', apixo(stage.credential, {}));
		await editor.openNode('APIXO');
		await editor.createCredential();
		await editor.fillCredential('baseUrl', stage.sandbox.baseUrl);
		await editor.fillCredential('apiKey', apiKey);
		return await editor.saveCredential();
	};

	test('a credential is made and tested on the spot', async () => {
		assert.equal(await makeCredential(stage.sandbox.apiKey), undefined);
	});

	test('a credential with a wrong key is refused, and told why', async () => {
		// n8n 1.x has its own text for this.
		const reason = /does not accept this API key|Authorization failed/;
		assert.match((await makeCredential('nonsense')) ?? 'passed', reason);
	});

	test('the panel of the trigger tells where its URL goes, and shows it', async () => {
		await open('trigger', apixoTrigger(stage.credential, 'panel'));
		await editor.openNode('APIXO Trigger');
		assert.match(
			await editor.panel.innerText(),
			/Paste the production URL of this node into "Callback URL" of an APIXO node/,
		);
		assert.deepEqual(await editor.labels(), ['Trigger On', 'Options']);
		assert.equal(await editor.productionUrl(), `${stage.n8n.url}/webhook/panel/webhook`);
	});

	for (const dark of [false, true]) {
		test(`the icon is drawn for the ${dark ? 'dark' : 'light'} theme`, async () => {
			const own = await openEditor({ dark });
			const workflow = await stage.n8n.createWorkflow(
				chain('icons', [manualTrigger(), apixo(stage.credential, {})]),
			);
			await own.open(workflow.id);
			const icon = own.icon('APIXO');
			await icon.waitFor();
			const source = (await icon.getAttribute('src')) ?? '';
			assert.match(source, dark ? /apixo\.dark\.svg$/ : /apixo\.svg$/);
			assert.ok(await icon.evaluate((image: HTMLImageElement) => image.naturalWidth > 0));
			await own.page.context().close();
		});
	}
});
