/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { Stopped, systemClock } from '../../../nodes/shared/clock';

/** Timers that keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe("The system's clock", () => {
	it('sleeps for the time that it was told', async () => {
		const started = Date.now();
		await systemClock().sleep(120);
		expect(Date.now() - started).toBeGreaterThanOrEqual(119);
		expect(Date.now() - started).toBeLessThan(600);
	});

	it('wakes within a second when the execution is stopped, and leaves no timer', async () => {
		const before = timers();
		const stop = new AbortController();
		const sleeping = systemClock(stop.signal).sleep(60_000);
		setTimeout(() => stop.abort(), 30);
		const started = Date.now();
		await expect(sleeping).rejects.toBeInstanceOf(Stopped);
		expect(Date.now() - started).toBeLessThan(1_000);
		expect(timers()).toBe(before);
	});

	it('does not fall asleep at all after the stop', async () => {
		await expect(systemClock(AbortSignal.abort()).sleep(0)).rejects.toBeInstanceOf(Stopped);
	});

	it('goes on when somebody sets the clock of the system back', async () => {
		const clock = systemClock();
		const before = clock.now();
		const real = Date.now;
		const spy = jest.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
		await clock.sleep(60);
		spy.mockRestore();
		expect(clock.now() - before).toBeGreaterThanOrEqual(59);
		expect(clock.now() - before).toBeLessThan(600);
	});

	it('has deadlines that abort in time, and with the stop', async () => {
		const deadline = systemClock().deadline(20);
		expect(deadline.aborted).toBe(false);
		await new Promise((resolve) => deadline.addEventListener('abort', resolve));
		const stop = new AbortController();
		const later = systemClock(stop.signal).deadline(60_000);
		stop.abort();
		expect(later.aborted).toBe(true);
	});

	it('has a deadline that keeps no process alive', () => {
		const before = timers();
		systemClock().deadline(60_000);
		expect(timers()).toBe(before);
	});

	it('gives chance from 0 up to 1', () => {
		const values = Array.from({ length: 100 }, () => systemClock().random());
		expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...values)).toBeLessThan(1);
	});
});
