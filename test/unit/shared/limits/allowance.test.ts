import { CALLBACK_RETRY_DELAYS_MS } from '../../../../nodes/shared/contract';
import { Allowance } from '../../../../nodes/shared/limits/allowance';

/** How many of so many that come at once are let through. */
const taken = (allowance: Allowance, count: number, now: number) =>
	Array.from({ length: count }, () => allowance.take(now)).filter(Boolean).length;

describe('The allowance of callbacks without a signature', () => {
	it('is 30 at once, then one every five seconds', () => {
		const allowance = new Allowance();
		expect(taken(allowance, 1000, 0)).toBe(30);
		expect(taken(allowance, 1000, 4_999)).toBe(0);
		expect(taken(allowance, 1000, 5_000)).toBe(1);
		expect(taken(allowance, 1000, 20_000)).toBe(3);
	});

	it('is 30 again after a rest, and never more', () => {
		const allowance = new Allowance();
		expect(taken(allowance, 30, 5_000)).toBe(30);
		expect(taken(allowance, 1000, 3_600_000)).toBe(30);
	});

	it('lets no more than 60 of a flood of two minutes through', () => {
		const allowance = new Allowance();
		let passed = 0;
		for (let now = 0; now < 120_000; now += 120) passed += taken(allowance, 1, now);
		expect(passed).toBeLessThanOrEqual(60);
	});

	it('lets ninety of a hundred real ones through that come within 15 s, when they come again', () => {
		const allowance = new Allowance();
		let waiting = Array.from({ length: 100 }, (_, nth) => nth * 150);
		let passed = 0;
		for (const pause of [...CALLBACK_RETRY_DELAYS_MS, 0]) {
			const refused = waiting.filter((now) => !allowance.take(now));
			passed += waiting.length - refused.length;
			waiting = refused.map((now) => now + pause);
		}
		expect(passed).toBeGreaterThanOrEqual(90);
	});
});
