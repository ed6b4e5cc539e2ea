import { Silence } from '../../../../nodes/shared/limits/silence';
import { VirtualClock } from '../../lib/virtual-clock';

/** How long it is silent after each of so many 429s to a request that felt the way, ms. */
function silences(silence: Silence, count: number): number[] {
	let now = 0;
	return Array.from({ length: count }, () => {
		const from = now;
		silence.refused(now, now);
		while (!silence.allows(now, 0)) now += 100;
		return now - from;
	});
}

describe('Silence after 429s', () => {
	it('is longer each time, and soon past a full minute', () => {
		const pauses = silences(new Silence(new VirtualClock()), 4);
		expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
		expect(pauses[2]).toBeGreaterThan(60_000);
	});

	it('lets one request feel the way when it is over, and all again after a success', () => {
		const silence = new Silence(new VirtualClock());
		silences(silence, 2);
		expect(silence.allows(1e6, 0)).toBe(true);
		expect(silence.allows(1e6, 1)).toBe(false);
		silence.succeeded();
		expect(silence.allows(1e6, 1)).toBe(true);
	});

	it('lasts as long as the service asks, and requests from before make it no longer', () => {
		const silence = new Silence(new VirtualClock());
		silence.refused(0, 1_000, 40_000);
		silence.refused(500, 2_000);
		expect(silence.allows(40_999, 0)).toBe(false);
		expect(silence.allows(41_000, 5)).toBe(true);
	});
});
