/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { createCoalescer } from '../../../nodes/Apixo/tasks/coalesce';

/** Looks that end when the test says so. */
function stage() {
	const answers: Array<(answer: string) => void> = [];
	const ask = createCoalescer<string>((answer) => answer === 'final');
	const look = async () => await new Promise<string>((resolve) => answers.push(resolve));
	/** Answers the look under way, and lets everybody take note of it. */
	const answer = async (text: string) => {
		answers.at(-1)?.(text);
		await new Promise((resolve) => setImmediate(resolve));
	};
	return {
		ask: async (question = 'q') => await ask(question, look),
		answer,
		looks: () => answers.length,
	};
}

describe('Those who ask the same at once', () => {
	it('share one look that begins after all of them came', async () => {
		const { ask, answer, looks } = stage();
		const first = ask();
		const others = [ask(), ask(), ask()];
		expect(looks()).toBe(1);
		await answer('old');
		expect(looks()).toBe(2);
		await answer('new');
		expect(await Promise.all([first, ...others])).toEqual(['old', 'new', 'new', 'new']);
	});

	it('are content with an earlier look where its answer stays true', async () => {
		const { ask, answer, looks } = stage();
		const all = [ask(), ask(), ask()];
		await answer('final');
		expect(await Promise.all(all)).toEqual(['final', 'final', 'final']);
		expect(looks()).toBe(1);
	});

	it('are told apart by what they ask', () => {
		const { ask, looks } = stage();
		void ask('one');
		void ask('other');
		expect(looks()).toBe(2);
	});
});

it('Who asks later gets a look of their own', async () => {
	const { ask, answer, looks } = stage();
	const first = ask();
	await answer('final');
	await first;
	const second = ask();
	await answer('again');
	expect(await second).toBe('again');
	expect(looks()).toBe(2);
});

it('A look that breaks down fails those who share it, and nobody else', async () => {
	const ask = createCoalescer<string>(() => true);
	const broken = ask('q', async () => await Promise.reject(new Error('broken')));
	const next = ask('q', async () => 'whole');
	await expect(broken).rejects.toThrow('broken');
	expect(await next).toBe('whole');
});
