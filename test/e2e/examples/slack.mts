import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlackMessage } from '../../../harness/world/slack.mts';
import { eventually } from '../stage.mts';
import { assertClip } from './clips.mts';
import { type ExampleStage, withParameters } from './stage.mts';

/** Examples that end in Slack. */
export function slackExamples(stage: () => ExampleStage): void {
	const messageWith = async (words: string): Promise<SlackMessage> => {
		const find = () => stage().world.slack.messages.find(({ text }) => text.includes(words));
		return await eventually(`"${words}" in Slack`, find);
	};

	test('prompt-to-slack.json: the clip is in the channel, with its prompt', async () => {
		const run = await stage().run('prompt-to-slack.json');
		assert.equal(run.status, 'success', run.error?.message);
		const taskId = String(run.items('APIXO')[0]?.json.taskId);
		const { prompt } = stage().task(taskId).request.input;
		const { channel, files } = await messageWith(prompt);
		assert.equal(channel, 'videos');
		const [file] = files;
		assert.equal(file?.name, `${taskId}.mp4`);
		assertClip(stage(), file, taskId);
		assert.equal(run.items('Refused by Slack').length, 0);
	});

	test('prompt-to-slack.json: the link of a clip that Slack refuses is not lost', async () => {
		const elsewhere = withParameters('Slack', { options: { channelId: 'C0MANAGEMENT' } });
		const run = await stage().run('prompt-to-slack.json', elsewhere);
		assert.equal(run.status, 'success', run.error?.message);
		const [kept] = run.items('Refused by Slack');
		assert.equal(kept?.json.videoUrl, run.items('APIXO')[0]?.json.videoUrl);
		assert.match(String(kept?.json.videoUrl), /^http:.+\.mp4$/);
		assert.match(String(kept?.json.reason), /not_in_channel/);
	});

	test('callback-to-slack: each clip goes to the channel that it was ordered for', async () => {
		const deliver = await stage().store('callback-to-slack-2-deliver.json');
		await stage().n8n.activate(deliver);
		const order = await stage().run('callback-to-slack-1-order.json');
		assert.equal(order.status, 'success', order.error?.message);
		assert.deepEqual(
			order.items('APIXO').map(({ json }) => json.state),
			['pending', 'pending'],
		);
		const perfume = await messageWith('A glass perfume bottle turns slowly on wet black stone');
		const lemons = await messageWith('Lemons roll down a white staircase by the sea');
		assert.deepEqual([perfume.channel, lemons.channel], ['launch', 'summer']);
		for (const [index, { files }] of [perfume, lemons].entries()) {
			const taskId = String(order.items('APIXO')[index]?.json.taskId);
			assert.equal(files[0]?.name, `${taskId}.mp4`);
			assertClip(stage(), files[0], taskId);
		}
		// A clip that fails is told in its channel, and the clip is not billed.
		const failing = withParameters('Orders', {
			assignments: oneAssignment('orders', 'array', [
				{ channel: 'C0SUMMER', prompt: 'A lemon falls [sandbox: fail=NSFW]' },
			]),
		});
		await stage().run('callback-to-slack-1-order.json', failing);
		const told = await messageWith('A lemon falls');
		assert.equal(told.channel, 'summer');
		assert.match(told.text, /^No video this time: ./);
		assert.deepEqual(told.files, []);
	});

	test('ask-before-paying.json: orders after a yes, and only then', async () => {
		const ask = async (words: string, answer: string) => {
			const prompts = oneAssignment('prompts', 'array', [`${words} 1`, `${words} 2`]);
			const change = withParameters('Prompts', { assignments: prompts });
			const seen = new Set(stage().world.slack.messages);
			const waiting = await stage().run('ask-before-paying.json', change);
			assert.equal(waiting.status, 'waiting', waiting.error?.message);
			const isNew = (one: SlackMessage) => !seen.has(one) && one.buttons.length > 0;
			const question = await eventually('the question', () => {
				return stage().world.slack.messages.find(isNew);
			});
			assert.match(question.text, /Shall I order 2 videos\? The APIXO balance is [\d.]+ USD\./);
			assert.deepEqual(ordered(words), [], 'nothing is ordered before the answer');
			await stage().world.slack.press(question, answer);
			return await stage().n8n.reached(waiting.id, ['success', 'error']);
		};
		const ordered = (words: string) =>
			stage()
				.sandbox.tasks()
				.filter(({ request }) => request.input.prompt.startsWith(words));

		const no = await ask('A clip that nobody wants', 'No');
		assert.equal(no.status, 'success', no.error?.message);
		assert.deepEqual(ordered('A clip that nobody wants'), []);
		await messageWith('Nothing was ordered');

		const yes = await ask('A clip that all want', 'Order them');
		assert.equal(yes.status, 'success', yes.error?.message);
		assert.equal(ordered('A clip that all want').length, 2);
		for (const number of [1, 2]) {
			const prompt = `A clip that all want ${number}`;
			const { files } = await messageWith(prompt);
			assertClip(stage(), files[0], (await stage().submitted(prompt)).id);
		}
	});

	test('low-balance-alert.json: Slack hears of a low balance, and of no other', async () => {
		const file = 'low-balance-alert.json';
		const high = await stage().run(file);
		assert.equal(high.status, 'success', high.error?.message);
		assert.equal(high.items('Slack').length, 0);
		const balance = Number(high.items('APIXO')[0]?.json.balance);
		const raised = (workflow: Parameters<ReturnType<typeof withParameters>>[0]) => {
			const text = JSON.stringify(workflow).replace('"rightValue":10', '"rightValue":1000000');
			return JSON.parse(text) as typeof workflow;
		};
		const low = await stage().run(file, raised);
		assert.equal(low.status, 'success', low.error?.message);
		const { channel, text } = await messageWith('Your APIXO balance is down to');
		assert.equal(channel, 'videos');
		assert.match(text, new RegExp(`${Math.floor(balance)}\\.\\d\\d USD`));
	});
}

/** The one value that an Edit Fields node sets. */
export function oneAssignment(name: string, type: string, value: unknown) {
	const written = typeof value === 'string' ? value : JSON.stringify(value);
	return { assignments: [{ id: name, name, type, value: written }] };
}
