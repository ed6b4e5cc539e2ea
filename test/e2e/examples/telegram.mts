import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../stage.mts';
import { assertClip } from './clips.mts';
import type { ExampleStage } from './stage.mts';

/** The chat that the example lets order. */
const OWN_CHAT = 123456789;

export function telegramExamples(stage: () => ExampleStage): void {
	test('telegram-to-clip.json: a message is answered at once, and then with its clip', async () => {
		const { telegram } = stage().world;
		await stage().n8n.activate(await stage().store('telegram-to-clip.json'));
		const answers = async (chat: number, count: number) =>
			await eventually(`${count} answers in ${chat}`, () => {
				const own = telegram.messages.filter((one) => one.chat === String(chat));
				const byBot = own.filter(({ from }) => from === 'bot');
				return byBot.length >= count ? byBot : undefined;
			});

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
		assert.match(refused?.text ?? '', /^No clip this time: ./);

		// Everybody can find the bot; only who is listed may spend money.
		const before = stage().sandbox.tasks().length;
		await telegram.write('A stranger wants a clip', 666);
		assert.deepEqual(
			telegram.messages.filter(({ chat, from }) => chat === '666' && from === 'bot'),
			[],
		);
		const strange = stage().sandbox.tasks().slice(before);
		assert.ok(!strange.some(({ request }) => request.input.prompt.includes('stranger')));
	});
}
