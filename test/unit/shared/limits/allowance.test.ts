import { Allowance } from '../../../../nodes/shared/limits/allowance';

/** How many of so many that come at once are let through. */
const taken = (allowance: Allowance, count: number, now: number) =>
	Array.from({ length: count }, () => allowance.take(now)).filter(Boolean).length;

describe('The allowance of callbacks without a signature', () => {
	it('is ten at once, then one a second', () => {
		const allowance = new Allowance();
		expect(taken(allowance, 1000, 0)).toBe(10);
		expect(taken(allowance, 1000, 999)).toBe(0);
		expect(taken(allowance, 1000, 1_000)).toBe(1);
		expect(taken(allowance, 1000, 4_000)).toBe(3);
	});

	it('is ten again after a rest, and never more', () => {
		const allowance = new Allowance();
		expect(taken(allowance, 10, 5_000)).toBe(10);
		expect(taken(allowance, 1000, 3_600_000)).toBe(10);
	});
});
