import fc from 'fast-check';

import { Account } from '../../../nodes/shared/limits/account';
import { runBatch } from '../../../nodes/Apixo/tasks/batch';
import { jobs, ordersIn, textOf } from '../lib/batch';
import { KEY } from '../lib/context';
import { fuzz, RUNS } from '../lib/fuzz';
import { FuzzService, MAYBE, READ_WAYS, SUBMIT_WAYS } from '../lib/fuzz-service';
import { VirtualClock } from '../lib/virtual-clock';

const anyStory = fc.record({
	items: fc.integer({ min: 1, max: 8 }),
	submits: fc.array(fc.constantFrom(...SUBMIT_WAYS), { minLength: 1, maxLength: 12 }),
	reads: fc.array(fc.constantFrom(...READ_WAYS), { minLength: 1, maxLength: 12 }),
	tries: fc.integer({ min: 1, max: 3 }),
	stopAtFirstProblem: fc.boolean(),
	maxConcurrentTasks: fc.integer({ min: 1, max: 8 }),
	until: fc.constantFrom('ended' as const, 'submitted' as const),
	/** In the last try. */
	stopAfterMs: fc.option(fc.integer({ min: 0, max: 8_000 }), { nil: undefined }),
});

type Story = typeof anyStory extends fc.Arbitrary<infer Value> ? Value : never;

/** All that the node may show after each try, and the service that it met. */
async function tell(story: Story) {
	const context: Record<string, unknown> = {};
	const patience = { initialDelayMs: 1_000, pollIntervalMs: 1_500, timeoutMs: 8_000 };
	const world = new VirtualClock();
	const account = new Account(world.beside());
	const met = new FuzzService(world, story.submits, story.reads);
	const results = [];
	for (let nth = 1; nth <= story.tries; nth++) {
		if (nth === story.tries && story.stopAfterMs !== undefined) {
			world.at(story.stopAfterMs, () => world.stop());
		}
		const batch = runBatch(jobs(story.items, { ...patience, until: story.until }), {
			service: await met.open(),
			account,
			clock: world,
			orders: ordersIn(context),
			maxConcurrentTasks: story.maxConcurrentTasks,
			stopAtFirstProblem: story.stopAtFirstProblem,
		});
		results.push(await world.run(batch));
	}
	return { context, met, results };
}

describe('Whatever the service answers to a batch and its retries', () => {
	fuzz('nobody pays twice, nothing paid for is lost, and the key never shows', async () => {
		await fc.assert(
			fc.asyncProperty(anyStory, async (story) => {
				const { context, met, results } = await tell(story);
				for (const [prompt, ways] of met.submitted) {
					// Nothing follows a submission that may have made a task, unless that task failed.
					const open = ways.findIndex((way) => MAYBE.includes(way));
					expect(ways.slice(open < 0 ? ways.length : open + 1)).toEqual([]);
					const tasks = met.tasks.get(prompt) ?? [];
					expect(tasks.filter((taskId) => !met.failed.has(taskId)).length).toBeLessThan(2);
				}
				const shown = JSON.stringify(results) + results.map(textOf).join();
				expect(shown + JSON.stringify(context)).not.toContain(KEY);
				const last = results.at(-1);
				if (Array.isArray(last)) {
					expect(last).toHaveLength(story.items);
					const left = last.filter(({ kind }) => kind === 'left');
					if (!story.stopAtFirstProblem) expect(left).toEqual([]);
				} else {
					expect(textOf(last)).toContain('canceled');
				}
				// Every task that is on record is named by the last result.
				const ids = JSON.stringify(context).match(/task-\d+\./g) ?? [];
				for (const taskId of ids) expect(JSON.stringify(last)).toContain(taskId);
			}),
			RUNS,
		);
	});
});
