import * as clock from '../../nodes/shared/clock';

/** Lets the node's time run `factor` times faster, deadlines included; gives what ends that. */
export function hurry(factor: number): () => void {
	const { systemClock } = clock;
	const start = Date.now();
	const spy = jest.spyOn(clock, 'systemClock').mockImplementation((stopSignal) => {
		const real = systemClock(stopSignal);
		return {
			...real,
			now: () => start + (real.now() - start) * factor,
			sleep: async (ms) => await real.sleep(ms / factor),
			deadline: (ms) => real.deadline(ms / factor),
			timeout: (ms) => real.timeout(ms / factor),
		};
	});
	return () => spy.mockRestore();
}

/** From now on the node's clock shows `ms` more; gives what ends that. */
export function leap(ms: number): () => void {
	const { systemClock } = clock;
	const spy = jest.spyOn(clock, 'systemClock').mockImplementation((stopSignal) => {
		const real = systemClock(stopSignal);
		return { ...real, now: () => real.now() + ms };
	});
	return () => spy.mockRestore();
}
