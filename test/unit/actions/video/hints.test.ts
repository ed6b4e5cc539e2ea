import { countTurnedAway, hintsFor } from '../../../../nodes/Apixo/actions/video/hints';
import type { ItemResult } from '../../../../nodes/Apixo/actions/result';
import { KLING_MODEL } from '../../../../nodes/shared/contract';
import type { Service } from '../../../../nodes/shared/service';

const item = (json: object): ItemResult => ({ kind: 'item', json: { ...json } });
const times = (count: number, result: ItemResult) => Array<ItemResult>(count).fill(result);

describe('A hint after a run', () => {
	it('is no longer than n8n likes it, however many videos there are', () => {
		const videoUrl = 'https://example.com/video.mp4';
		const results = [
			...times(5000, item({ videoUrl, simulated: true })),
			...times(5000, item({ videoUrl, downloadError: 'a reason' })),
		];
		const hints = hintsFor(results, { pickedUp: 5000, turnedAway: 100_000 });
		expect(hints).toHaveLength(5);
		expect(hints.filter((hint) => hint.length > 120)).toEqual([]);
	});

	it('is not given where nothing is worth saying', () => {
		const results = [item({ state: 'pending' }), { kind: 'left' } as const];
		expect(hintsFor(results, { pickedUp: 0, turnedAway: 0 })).toEqual([]);
	});

	it('counts in words that fit', () => {
		expect(hintsFor([], { pickedUp: 1, turnedAway: 1 })).toEqual([
			'1 video of an earlier try picked up, and not billed again.',
			"1 request turned away by APIXO's limits, and sent again later: this run took longer.",
		]);
	});
});

describe('The count of requests that were turned away', () => {
	const trouble = { kind: 'trouble', reason: 'a reason' } as const;
	const answering = (limited: boolean): Service => ({
		submit: async () => (limited ? { kind: 'limited' } : { kind: 'accepted', taskId: 't1' }),
		read: async () => ({ ...trouble, limited }),
		balance: async () => ({ kind: 'balance', balance: 1 }),
	});

	it.each([
		[2, true],
		[0, false],
	])('is %s of an order and a look, if limits refuse: %s', async (expected, limited) => {
		const { service, turnedAway } = countTurnedAway(answering(limited));
		await service.submit({} as never, KLING_MODEL);
		await service.read({ taskId: 't1', model: KLING_MODEL });
		await service.balance();
		expect(turnedAway()).toBe(expected);
	});
});
