/**
 * `npm run screenshots`: makes the pictures of the README from the examples in a real n8n, so that
 * they show what users see.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import type { Browser, Locator, Page } from 'playwright-core';
import { Apixo } from '../nodes/Apixo/Apixo.node.ts';
import { startSandbox, type Sandbox } from '../sandbox/index.ts';
import { openBrowser, signedInPage } from '../harness/n8n/browser.mts';
import { NEWEST_N8N } from '../harness/n8n/cache.mts';
import { type CredentialRef, N8nClient } from '../harness/n8n/client.mts';
import { EditorPage } from '../harness/n8n/editor-page.mts';
import { openAccounts } from '../harness/world/accounts.mts';
import { channels, spreadsheets, wishes } from '../harness/world/furniture.mts';
import { startWorld, type World } from '../harness/world/world.mts';
import { CHECKOUT } from '../harness/checkout.ts';
import { packPackage } from '../harness/n8n/package.mts';
import { temporaryFolder } from '../harness/n8n/process.mts';
import { apixo, code, generate, manualTrigger } from '../harness/n8n/nodes.mts';
import { runScript } from '../harness/n8n/run-script.mts';
import { startN8n } from '../harness/n8n/server.mts';
import { chain } from '../harness/n8n/workflow.mts';
import {
	CREDENTIAL_TYPE,
	readExamples,
	importExamples,
	saveApixoCredential,
} from '../harness/n8n/setup.mts';

const FOLDER = join(CHECKOUT, 'docs', 'pictures');

/** Sharp on dense screens; a canvas is shown small, and needs less. */
const SCALE = 1.5;
const CANVAS_SCALE = 0.8;
const QUALITY = 80;
const WIDTH = 1440;
const HEIGHT = 860;

/** A clip is there after some seconds; the sandbox's usual times are the service's. */
const TIME_SCALE = 10;

interface Studio {
	client: N8nClient;
	credential: CredentialRef;
	browser: Browser;
	editor: EditorPage;
}

/** Each makes one picture: brings the editor to where it should be and names the part to show. */
const PICTURES: Record<string, (studio: Studio) => Promise<Locator>> = {
	/** The finished node: what was asked for, and the item that came out. */
	'text-to-video': async (studio) => {
		await openExample(studio, 'APIXO: Text to Video');
		await studio.editor.openNode('APIXO');
		await run(studio);
		await studio.editor.showOutputAs('JSON');
		return studio.editor.panel;
	},
	/** The clip that it made, playing. */
	clip: async (studio) => {
		const { editor } = studio;
		await openExample(studio, 'APIXO: Text to Video');
		await editor.openNode('APIXO');
		await run(studio);
		await editor.showOutputAs('Binary');
		await editor.output.getByTestId('ndv-view-binary-data').click();
		const video = editor.page.locator('video');
		await video.evaluate(async (element: HTMLVideoElement) => {
			element.muted = true;
			element.controls = false;
			element.currentTime = 2;
			await new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
		});
		return editor.panel;
	},
	/** The fields of the other mode. */
	'image-to-video': async (studio) => {
		await openExample(studio, 'APIXO: Image to Video');
		await studio.editor.openNode('APIXO');
		return studio.editor.parameters;
	},
	/** The node before its first run: what it costs is told, and nothing was ordered. */
	'before-a-run': async (studio) => {
		await openExample(studio, 'APIXO: Text to Video');
		await studio.editor.openNode('APIXO');
		await studio.editor.output.getByText(/Each run orders and bills/).waitFor();
		return studio.editor.panel;
	},
	/** The next node maps fields of a video that was not ordered yet. */
	schema: async (studio) => {
		const { client, credential, editor } = studio;
		const next = code('return $input.all()', 'Next');
		const nodes = [manualTrigger(), generate(credential, 'A paper boat'), next];
		const { id } = await client.createWorkflow(chain('Schema', nodes));
		await editor.open(id);
		await editor.openNode('Next');
		await editor.page.getByText('videoUrl', { exact: true }).first().waitFor();
		return editor.panel;
	},
	/** A run that ordered nothing. */
	simulated: async (studio) => {
		const { client, credential, editor } = studio;
		const options = { simulate: true, includeInputFields: true };
		const nodes = [
			manualTrigger(),
			apixo(credential, { prompt: 'A paper boat sails down a rainy street', options }),
		];
		const { id } = await client.createWorkflow(chain('Simulated', nodes));
		await editor.open(id);
		await editor.openNode('APIXO');
		await run(studio);
		await editor.showOutputAs('JSON');
		return editor.panel;
	},
	/** An execution that is suspended until APIXO calls. */
	suspended: async (studio) => {
		const { client, credential, editor } = studio;
		// What the sandbox is told stands below what the field shows.
		const prompt = `A paper boat sails down a rainy street${'\n'.repeat(12)}[sandbox: takes=3000s]`;
		const way = { requestType: 'callback', callbackTo: 'execution' };
		const nodes = [manualTrigger(), apixo(credential, { prompt, ...way })];
		const { id } = await client.createWorkflow(chain('Suspended', nodes));
		await editor.open(id);
		await editor.openNode('APIXO');
		await editor.executeStep();
		await editor.output.getByText(/is suspended until APIXO calls/).waitFor();
		return editor.panel;
	},
	/** Every option of Generate, with its label as it is read at this width. */
	options: async (studio) => {
		const { client, credential, editor } = studio;
		const options = Object.fromEntries(
			new Apixo().description.properties
				.filter(({ name, displayOptions }) => {
					return name === 'options' && displayOptions?.show?.operation?.includes('generate');
				})
				.flatMap(({ options = [] }) => options as INodeProperties[])
				.map(({ name, default: value }) => [name, value]),
		);
		const nodes = [manualTrigger(), apixo(credential, { prompt: 'A paper boat', options })];
		const { id } = await client.createWorkflow(chain('Options', nodes));
		await editor.page.setViewportSize({ width: WIDTH, height: 2 * HEIGHT });
		await editor.open(id);
		await editor.openNode('APIXO');
		return editor.parameters;
	},
	/** The panel of the trigger with its production URL. */
	trigger: async (studio) => {
		await openExample(studio, 'APIXO: Callback to Slack (2 of 2, deliver)');
		await studio.editor.openNode('APIXO Trigger');
		await studio.editor.productionUrl();
		return studio.editor.panel;
	},
};

/** Every example as it looks when it was just imported, notes and all. */
const CANVASES = Object.fromEntries(
	(await readExamples(join(CHECKOUT, 'examples'))).map(({ file, workflow }) => [
		`example-${basename(file, '.json')}`,
		async (studio: Studio) => {
			await openExample(studio, workflow.name);
			return await studio.editor.wholeCanvas();
		},
	]),
);

async function openExample({ client, editor }: Studio, name: string): Promise<string> {
	const workflow = (await client.workflows()).find((one) => one.name === name);
	if (!workflow) throw new Error(`There is no example "${name}".`);
	await editor.open(workflow.id);
	return workflow.id;
}

async function run({ editor }: Studio): Promise<void> {
	await editor.executeStep();
	await editor.output.getByText('1 item').first().waitFor();
	await editor.page.getByText('Node executed successfully').waitFor({ state: 'hidden' });
}

/** Playwright itself writes png and jpeg only; the browser can do webp. */
async function save(page: Page, part: Locator, name: string, scale: number): Promise<void> {
	const clip = await part.boundingBox();
	if (!clip) throw new Error(`Nothing to see for ${name}.`);
	// Where the pointer rests, fields show their buttons.
	await page.mouse.move(0, 0);
	await page.waitForTimeout(500);
	const session = await page.context().newCDPSession(page);
	const { data } = await session.send('Page.captureScreenshot', {
		format: 'webp',
		quality: QUALITY,
		clip: { ...clip, scale },
	});
	const path = join(FOLDER, `${name}.webp`);
	await writeFile(path, Buffer.from(data, 'base64'));
	console.log(relative(CHECKOUT, path));
}

async function importAll(
	client: N8nClient,
	sandbox: Sandbox,
	world: World,
): Promise<CredentialRef> {
	const credential = await saveApixoCredential(client, sandbox, 'APIXO account');
	const accounts = await openAccounts(client, world);
	const credentials = { ...accounts, [CREDENTIAL_TYPE]: credential };
	const table = await client.dataTable('Videos', wishes());
	const examples = await readExamples(join(CHECKOUT, 'examples'));
	await importExamples(client, { credentials, table }, examples);
	return credential;
}

async function main(): Promise<number> {
	await mkdir(FOLDER, { recursive: true });
	// Before the minutes that n8n takes.
	const browser = await openBrowser();
	const packageTarball = await packPackage();
	const userFolder = temporaryFolder('screenshots');
	const sandbox = await startSandbox({ timeScale: TIME_SCALE });
	const world = await startWorld({
		folder: userFolder,
		channels: channels(),
		spreadsheets: spreadsheets(),
	});
	const env = world.environment;
	const server = await startN8n({ version: NEWEST_N8N, userFolder, packageTarball, env });
	const client = await N8nClient.signIn(server);
	const credential = await importAll(client, sandbox, world);
	const only = process.argv.slice(2);
	for (const [name, take] of Object.entries({ ...PICTURES, ...CANVASES })) {
		if (only.length > 0 && !only.includes(name)) continue;
		const size = { width: WIDTH, height: HEIGHT };
		const page = await signedInPage(browser, client, size);
		page.setDefaultTimeout(60_000);
		const editor = new EditorPage(page, client.url);
		const part = await take({ client, credential, browser, editor });
		await save(page, part, name, name in CANVASES ? CANVAS_SCALE : SCALE);
		await page.context().close();
	}
	await browser.close();
	await server.stop();
	await world.close();
	return 0;
}

await runScript(main);
