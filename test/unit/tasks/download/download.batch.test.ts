import type { Job } from '../../../../nodes/Apixo/tasks/job';
import { jobOf, jobs, stage, taskIdOf, textOf } from '../../lib/batch';

const DOWNLOADED = { binary: {} };
const forEver: Job['download'] = async () => await new Promise(() => {});

describe('While a clip is being fetched', () => {
	it('its batch goes on, and ends with it', async () => {
		const { clock, run } = stage({ taskMs: () => 31_000 });
		const download = async () => {
			await clock.wait(200_000);
			return DOWNLOADED;
		};
		const outcomes = await run(jobs(2, { download }));
		expect(outcomes).toMatchObject([{ downloaded: DOWNLOADED }, { downloaded: DOWNLOADED }]);
		expect(clock.elapsed).toBeGreaterThanOrEqual(231_000);
		expect(clock.elapsed).toBeLessThan(240_000);
	});

	it('Stop names its task among those that are ready, not among those that run on', async () => {
		const { clock, start } = stage({ taskMs: (nth) => (nth === 0 ? 31_000 : Infinity) });
		clock.at(50_000, () => clock.stop());
		const text = textOf(await clock.run(start(jobs(2, { download: forEver }))));
		expect(text).toMatch(/run on at APIXO: task_1\./);
		expect(text).toMatch(/ready: task_0\./);
	});

	it('the problem of another item ends the batch at once, and the task ID is kept', async () => {
		const { clock, run } = stage({ taskMs: (nth) => (nth === 0 ? 31_000 : Infinity) });
		const work = [jobOf(0, { download: forEver }), jobOf(1, { timeoutMs: 60_000 })];
		const outcomes = await run(work, { stopAtFirstProblem: true });
		expect(clock.elapsed).toBeLessThan(61_000);
		expect(outcomes[1]?.kind).toBe('problem');
		expect(taskIdOf(outcomes[0])).toBe('task_0');
	});
});
