import * as clock from '../../nodes/shared/clock';
import { Account } from '../../nodes/shared/limits/account';
import * as accounts from '../../nodes/shared/limits/accounts';

/** Lets the node's time run `factor` times faster, deadlines included; gives what ends that. */
export function hurry(factor: number): () => void {
	const { systemClock } = clock;
	const begin = systemClock();
	const start = { now: begin.now(), date: begin.date() };
	const spy = jest.spyOn(clock, 'systemClock').mockImplementation((stopSignal) => {
		const real = systemClock(stopSignal);
		return {
			...real,
			now: () => start.now + (real.now() - start.now) * factor,
			date: () => start.date + (real.date() - start.date) * factor,
			sleep: async (ms) => await real.sleep(ms / factor),
			deadline: (ms) => real.deadline(ms / factor),
			timeout: (ms) => real.timeout(ms / factor),
		};
	});
	// One that was used before has a clock of its own.
	const account = new Account(clock.systemClock());
	const accountSpy = jest.spyOn(accounts, 'accountFor').mockReturnValue(account);
	return () => {
		spy.mockRestore();
		accountSpy.mockRestore();
	};
}

/** From now on it is `ms` later for the node, by date; gives what ends that. */
export function leap(ms: number): () => void {
	const { systemClock } = clock;
	const spy = jest.spyOn(clock, 'systemClock').mockImplementation((stopSignal) => {
		const real = systemClock(stopSignal);
		return { ...real, date: () => real.date() + ms };
	});
	return () => spy.mockRestore();
}
