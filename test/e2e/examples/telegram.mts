import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../stage.mts';
import { assertClip } from './clips.mts';
import type { ExampleStage } from './stage.mts';

/** The chat that the example lets order. */
const OWN_CHAT = 123456789;

const STRANGER = 666;

export function telegramExamples(stage: () => ExampleStage): void {
	test('telegram-to-video.json: a message is answered at once, and then with its clip', async () => {
		const { telegram } = stage().world;
		await stage().n8n.activate(await stage().store('telegram-to-video.json'));
		const answers = async (chat: number, count: number) =>
			await eventually(`${count} answers in ${chat}`, () => {
				const own = telegram.messages.filter((one) => one.chat === String(chat));
				const byBot = own.filter(({ from }) => from === 'bot');
				return byBot.length >= count ? byBot : undefined;
			});

		// Everybody can find the bot; only who is listed may spend money.
		const strange = 'A stranger wants a video';
		await telegram.write(strange, STRANGER);

		const wish = 'A cat that plays the piano';
		assert.equal(await telegram.write(wish, OWN_CHAT), 200);
		const [first] = await answers(OWN_CHAT, 1);
		assert.match(first?.text ?? '', /^On its way/);
		assert.equal(first?.video, undefined);
		const [, second] = await answers(OWN_CHAT, 2);
		assert.equal(second?.text, wish);
		assertClip(stage(), second.video, (await stage().submitted(wish)).id);

		await telegram.write('A cat that does what it should not [sandbox: fail=NSFW]', OWN_CHAT);
		const refused = (await answers(OWN_CHAT, 4)).at(-1);
		assert.match(refused?.text ?? '', /^No video this time: ./);

		// A photo without words is no order.
		const photo = { photo: [{ file_id: 'a', file_unique_id: 'b', width: 90, height: 60 }] };
		assert.equal(await telegram.send(photo, OWN_CHAT), 200);
		const wordless = (await answers(OWN_CHAT, 6)).at(-1);
		assert.match(wordless?.text ?? '', /^No video this time: .*'Prompt'/);

		// What the stranger wrote came first, so that it would have been answered by now.
		assert.deepEqual(
			telegram.messages.filter(({ chat, from }) => chat === String(STRANGER) && from === 'bot'),
			[],
		);
		const prompts = stage()
			.sandbox.tasks()
			.map(({ request }) => request.input.prompt);
		assert.ok(!prompts.includes(strange));
	});
}
