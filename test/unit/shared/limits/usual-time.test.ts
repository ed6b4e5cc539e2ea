import { KLING_MODEL, USUAL_TIME_MS, type Duration } from '../../../../nodes/shared/contract';
import { UsualTimes } from '../../../../nodes/shared/limits/usual-time';

function documented(duration: Duration) {
	const [shortest, longest] = USUAL_TIME_MS[KLING_MODEL][duration];
	return { shortest, longest };
}

/** What is usual after clips of 5 s that took so long. */
function after(...times: number[]) {
	const usual = new UsualTimes();
	for (const ms of times) usual.took(KLING_MODEL, 5, ms);
	return usual.of(KLING_MODEL, 5);
}

describe('The usual time of a clip', () => {
	it('is the documented one at first', () => {
		const usual = new UsualTimes();
		expect(usual.of(KLING_MODEL, 5)).toEqual(documented(5));
		expect(usual.of(KLING_MODEL, 10)).toEqual(documented(10));
		expect(usual.isLearned).toBe(false);
	});

	it('is that of the last clips, when all were ready sooner', () => {
		expect(after(20_000, 12_000, 15_000)).toEqual({ shortest: 12_000, longest: 20_000 });
	});

	it('is the documented one as soon as one was not ready sooner', () => {
		expect(after(12_000, 33_000, 15_000)).toEqual(documented(5));
	});

	it('forgets all but the last twenty', () => {
		expect(after(40_000, ...new Array<number>(20).fill(9_000))).toEqual({
			shortest: 9_000,
			longest: 9_000,
		});
		expect(after(40_000, ...new Array<number>(19).fill(9_000))).toEqual(documented(5));
	});

	it('learns of each length by itself, and nothing from a time that was not told', () => {
		const usual = new UsualTimes();
		usual.took(KLING_MODEL, 5, NaN);
		usual.took(KLING_MODEL, 5, 0);
		expect(usual.isLearned).toBe(false);
		usual.took(KLING_MODEL, 10, 20_000);
		expect(usual.isLearned).toBe(true);
		expect(usual.of(KLING_MODEL, 10)).toEqual({ shortest: 20_000, longest: 20_000 });
		expect(usual.of(KLING_MODEL, 5)).toEqual(documented(5));
	});
});
