import { jobs, stage } from '../lib/batch';
import { forcedMs } from '../lib/forced-time';
import { seededRandom } from '../../../sandbox/random';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const FREE = { concurrency: 3, requestsPerMinute: 10 };
const PRO = { concurrency: 10, requestsPerMinute: 60 };

interface Load {
	clips?: number;
	/** Shortest and longest, ms. */
	takes?: [number, number];
	countsRefused?: boolean;
}

/** The time that so many clips take on a plan, as a ratio to what its number of tasks at once forces. */
async function ratio(
	seed: number,
	plan: typeof FREE,
	{ clips = 20, takes = [30_000, 45_000], countsRefused = false }: Load = {},
): Promise<number> {
	const random = seededRandom(seed * 77);
	const [shortest, longest] = takes;
	const durations = Array.from({ length: clips }, () => shortest + random() * (longest - shortest));
	const { clock, run, service } = stage(
		{
			...plan,
			countsRefused,
			taskMs: (nth) => durations[nth] ?? longest,
			latencyMs: () => 100 + random() * 300,
		},
		seed,
	);
	const outcomes = await run(jobs(clips));
	expect(outcomes.map(({ kind }) => kind)).toEqual(new Array(clips).fill('task'));
	const prompts = outcomes.map((outcome) =>
		outcome.kind === 'task' ? service.tasks.get(outcome.task.taskId)?.prompt : '',
	);
	expect(prompts).toEqual(prompts.map((_, index) => `clip ${index}`));
	expect(service.tasks.size).toBe(clips);
	return clock.elapsed / forcedMs(durations, plan.concurrency);
}

async function ratios(...args: [plan: typeof FREE, load: Load]): Promise<number[]> {
	const all: number[] = [];
	for (const seed of SEEDS) all.push(await ratio(seed, ...args));
	return all;
}

const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('On the smallest plan, 10 requests a minute and 3 tasks at once, 20 clips all come out', () => {
	it.each([false, true])(
		'in at most 1.3 times what the limits force (refused requests count: %s)',
		async (countsRefused) => {
			const all = await ratios(FREE, { countsRefused });
			expect(mean(all)).toBeLessThan(1.3);
			expect(Math.max(...all)).toBeLessThan(1.4);
		},
	);

	it('also when they are 10 s clips', async () => {
		const all = await ratios(FREE, { takes: [45_000, 60_000] });
		expect(mean(all)).toBeLessThan(1.3);
	});

	it('also when tasks take far longer than usual', async () => {
		const all = await ratios(FREE, { takes: [60_000, 180_000] });
		expect(mean(all)).toBeLessThan(1.4);
	});
});

describe('On the middle plan, 60 requests a minute and 10 tasks at once', () => {
	it('60 clips come out in at most 1.2 times what the limits force', async () => {
		const all = await ratios(PRO, { clips: 60 });
		expect(mean(all)).toBeLessThan(1.2);
	});
});
