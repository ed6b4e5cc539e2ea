import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTo } from '../../../harness/world/drive.mts';
import type { Execution } from '../../../harness/n8n/execution.mts';
import type { Workflow, WorkflowNode } from '../../../harness/n8n/workflow.mts';
import { eventually } from '../stage.mts';
import { assertClip } from './clips.mts';
import { oneAssignment } from './slack.mts';
import { type ExampleStage, withParameters } from './stage.mts';

const SHEET = 'ID-OF-YOUR-SPREADSHEET';

/** What goes wrong before an example runs, and after its clip is paid for. */
export function badInput(stage: () => ExampleStage): void {
	const ordered = (prompt: string) =>
		stage()
			.sandbox.tasks()
			.filter(({ request }) => request.input.prompt === prompt);

	const prompt = (words: string) =>
		withParameters('Prompt', { assignments: oneAssignment('prompt', 'string', words) });

	const eachNode = (change: (node: WorkflowNode) => WorkflowNode) => (workflow: Workflow) => {
		return { ...workflow, nodes: workflow.nodes.map(change) };
	};

	test('an example without credentials says which node lacks them, and orders nothing', async () => {
		const bare = eachNode((node) => ({ ...node, credentials: {} }));
		const words = 'A boat without a credential';
		const run = await stage().run('prompt-to-slack.json', (one) => bare(prompt(words)(one)));
		assert.equal(run.status, 'error');
		assert.match(String(run.error?.message), /credential/i);
		assert.equal(run.error?.node?.name, 'APIXO');
		assert.deepEqual(ordered(words), []);
	});

	test('an example on an n8n without this package names the node that is missing', async () => {
		const missing = 'n8n-nodes-nobody-has.apixo';
		const foreign = eachNode((node) =>
			node.name === 'APIXO' ? { ...node, type: missing, credentials: {} } : node,
		);
		const workflow = await stage().store('prompt-to-slack.json', foreign);
		await assert.rejects(async () => await stage().n8n.run(workflow), new RegExp(missing));
	});

	test('sheet-to-drive.json: an empty sheet is no error, and costs nothing', async () => {
		const columns = ['name', 'prompt', 'status', 'link'];
		for (const rows of [[columns], []]) {
			const id = `EMPTY-${rows.length}`;
			stage().world.sheets.spreadsheets.push({ id, title: 'Videos', rows });
			const run = await stage().run('sheet-to-drive.json', renamed(SHEET, id));
			assert.equal(run.status, 'success', run.error?.message);
			assert.equal(run.runs.APIXO, undefined, 'nothing is ordered');
		}
	});

	test('sheet-to-drive.json: more new rows than the ceiling, and nothing is ordered', async () => {
		const words = 'A row too many';
		const rows = Array.from({ length: 101 }, (_, index) => [`Row ${index}`, words]);
		const sheet = {
			id: 'TOO-MANY',
			title: 'Videos',
			rows: [['name', 'prompt', 'status'], ...rows],
		};
		stage().world.sheets.spreadsheets.push(sheet);
		const run = await stage().run('sheet-to-drive.json', renamed(SHEET, sheet.id));
		assert.equal(run.status, 'success', run.error?.message);
		assert.deepEqual(ordered(words), []);
		const statuses = sheet.rows.slice(1).map(([, , status]) => String(status));
		assert.match(statuses[0] ?? '', /'Max Videos per Execution' is 100/);
		assert.deepEqual(new Set(statuses).size, 1, 'every row tells why');
	});

	test('ask-before-paying.json: videos that the channel refuses are delivered by Retry, and not paid twice', async () => {
		const channel = { id: 'C0ASKING', name: 'asking', hasBot: true };
		stage().world.slack.channels.push(channel);
		const saidThere = () =>
			stage().world.slack.messages.filter((message) => message.channel === channel.name);
		const words = ['A video for a channel that throws the bot out', 'Another one for it'];
		const prompts = withParameters('Prompts', {
			assignments: oneAssignment('prompts', 'array', words),
		});
		const asked = await stage().run('ask-before-paying.json', (workflow) =>
			renamed('C0YOURCHANNEL', channel.id)(prompts(workflow)),
		);
		const question = await eventually('the question', () => saidThere()[0]);
		channel.hasBot = false;
		await stage().world.slack.press(question, 'Order them');
		const refused = await stage().n8n.reached(asked.id, ['success', 'error']);
		assert.equal(refused.status, 'error');
		assert.match(whatWasSaid(refused), /not_in_channel/);
		for (const { json } of refused.items('APIXO')) assert.match(String(json.videoUrl), /\.mp4$/);
		channel.hasBot = true;
		const again = await stage().n8n.retry(refused.id);
		assert.equal(again.status, 'success', again.error?.message);
		for (const [index, one] of words.entries()) {
			const files = saidThere().flatMap(({ text, files }) => (text === one ? files : []));
			assertClip(stage(), files[0], refused.items('APIXO')[index]?.json.taskId);
			assert.equal(ordered(one).length, 1);
		}
	});

	test('one-campaign-three-formats.json: if Slack refuses, the videos are in Drive, and Retry pays for none', async () => {
		const channel = { id: 'C0AUTUMN', name: 'autumn', hasBot: false };
		stage().world.slack.channels.push(channel);
		const words = 'Leaves roll down a white staircase';
		const refused = await stage().run('one-campaign-three-formats.json', (workflow) =>
			[
				renamed('C0YOURCHANNEL', channel.id),
				renamed('"Summer"', '"Autumn"'),
				renamed(
					'Lemons roll down a white staircase by the sea, bright noon light, playful, handheld',
					words,
				),
			].reduce((changed, change) => change(changed), workflow),
		);
		assert.equal(refused.status, 'error');
		assert.match(whatWasSaid(refused), /not_in_channel/);
		channel.hasBot = true;
		const again = await stage().n8n.retry(refused.id);
		assert.equal(again.status, 'success', again.error?.message);
		const files = stage().world.drive.files.filter(({ name }) => name.startsWith('Autumn '));
		assert.equal(files.length, 3);
		const said = stage().world.slack.messages.find(({ text }) => text.startsWith('Autumn is'));
		for (const file of files) assert.ok(said?.text.includes(linkTo(file)), said?.text);
		assert.equal(ordered(words).length, 3);
	});

	test('callback-to-slack: a clip that its channel refused is delivered by Retry, and not paid twice', async () => {
		const words = 'A clip for a channel without the bot';
		const channel = { id: 'C0NEW', name: 'new', hasBot: false };
		stage().world.slack.channels.push(channel);
		const deliver = await stage().store('callback-to-slack-2-deliver.json', ownPath);
		await stage().n8n.activate(deliver);
		const orders = oneAssignment('orders', 'array', [{ channel: channel.id, prompt: words }]);
		const order = (workflow: Workflow) =>
			withParameters('Orders', { assignments: orders })(ownPath(workflow));
		await stage().run('callback-to-slack-1-order.json', order);
		const refused = await stage().n8n.latest(deliver.id);
		assert.equal(refused.status, 'error');
		assert.match(whatWasSaid(refused), /not_in_channel/);
		assert.match(String(refused.items('Get Video')[0]?.json.videoUrl), /^http:.+\.mp4$/);
		channel.hasBot = true;
		const again = await stage().n8n.retry(refused.id);
		assert.equal(again.status, 'success', again.error?.message);
		const { files } = await eventually('the clip in Slack', () =>
			stage().world.slack.messages.find(({ text }) => text === words),
		);
		assertClip(stage(), files[0], again.items('Get Video')[0]?.json.taskId);
		assert.equal(ordered(words).length, 1);
	});
}

const whatWasSaid = ({ error }: Execution) => `${error?.message} ${error?.description}`;

/** The trigger of the example, listening beside the one of another test. */
const ownPath = renamed(
	'18886f13-61c7-4651-974d-4d6c86c486ad',
	'00000000-0000-4000-8000-000000000002',
);

/** The same workflow with other words in the place of these, wherever they stand. */
function renamed(old: string, now: string) {
	return (workflow: Workflow): Workflow =>
		JSON.parse(JSON.stringify(workflow).replaceAll(old, now)) as Workflow;
}
