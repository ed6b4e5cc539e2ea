import { createLimiter, LIMITERS } from '../../../sandbox/limiter';

const open = (kind: (typeof LIMITERS)[number], countsRefused: boolean) =>
	createLimiter({ kind, limit: 10, minuteMs: 60_000, countsRefused });

/** How many of so many at one moment pass. */
const passing = (limiter: ReturnType<typeof open>, count: number, now: number) =>
	Array.from({ length: count }, () => limiter(now)).filter((wait) => wait === 0).length;

describe.each(LIMITERS)('A limiter of the kind "%s"', (kind) => {
	it('lets as many pass as a minute may have, and all again after a quiet one', () => {
		const limiter = open(kind, true);
		expect(passing(limiter, 10, 0)).toBe(10);
		expect(limiter(0)).toBeGreaterThan(0);
		expect(passing(limiter, 10, 130_000)).toBe(10);
	});
});

describe('A limiter that counts what it refuses', () => {
	it.each([
		['sliding', true, 0],
		['sliding', false, 1],
		['fixed', true, 1],
		['bucket', true, 0],
		['bucket', false, 1],
	] as const)(
		'stays shut for a client that asks each second: %s, %s',
		(kind, countsRefused, opens) => {
			const limiter = open(kind, countsRefused);
			passing(limiter, 10, 0);
			let opened = 0;
			for (let now = 1_000; now <= 180_000; now += 1_000) if (limiter(now) === 0) opened = 1;
			expect(opened).toBe(opens);
		},
	);
});
