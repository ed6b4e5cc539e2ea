import { runBatch } from '../../../nodes/Apixo/tasks/batch';
import type { PollOptions } from '../../../nodes/Apixo/tasks/job';
import {
	pollScheduleFromNow,
	pollScheduleOf,
	type PollSchedule,
} from '../../../nodes/Apixo/tasks/poll-schedule';
import {
	DURATIONS,
	INITIAL_DELAY_MS,
	KLING_MODEL,
	POLL_INTERVAL_MS,
	type Duration,
} from '../../../nodes/shared/contract';
import { Account } from '../../../nodes/shared/limits/account';
import { UsualTimes } from '../../../nodes/shared/limits/usual-time';
import { usualTimeMs } from '../../../sandbox/tasks';
import { jobOf, ordersIn, requestFor, submissionOf } from '../lib/batch';
import { FakeService } from '../lib/fake-service';
import { seededRandom } from '../../../sandbox/random';
import { VirtualClock } from '../lib/virtual-clock';

const DOCUMENTED = { initialDelayMs: INITIAL_DELAY_MS, pollIntervalMs: POLL_INTERVAL_MS };

/** The times of so many tasks, as the sandbox draws them. ms. */
function drawTimes(duration: Duration, count: number): number[] {
	const random = seededRandom(20);
	return Array.from({ length: count }, () => usualTimeMs(KLING_MODEL, duration, random()));
}

/** Runs a task for each of these times, and tells how often each was read and how late its end was seen, ms. */
async function watched(
	duration: Duration,
	times: number[],
	pollOptions: Partial<PollOptions> = {},
) {
	const random = seededRandom(4);
	const clock = new VirtualClock();
	const service = new FakeService(clock, {
		taskMs: (nth) => times[nth] ?? 0,
		latencyMs: () => 100 + random() * 300,
	});
	const work = times.map((_, nth) => {
		const request = requestFor(`clip ${nth}`);
		request.input.duration = duration;
		return jobOf(nth, {
			...pollOptions,
			task: submissionOf('', { duration, request: () => request }),
		});
	});
	const batch = runBatch(work, {
		service,
		account: new Account(clock.beside()),
		clock,
		orders: ordersIn({}),
		maxConcurrentTasks: 1000,
		stopAtFirstProblem: true,
	});
	await clock.run(batch);
	return [...service.tasks.values()].map(({ reads, endsAt }) => ({
		reads: reads.length,
		lateMs: (reads.at(-1) ?? Infinity) - endsAt,
	}));
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const documentedTime = (duration: Duration) => () => new UsualTimes().of(KLING_MODEL, duration);

/** How many looks it takes to see the end of a task that takes so long. ms */
function looksFor(taskMs: number, { initialDelayMs, pauseMs }: PollSchedule): number {
	let looks = 1;
	for (let at = initialDelayMs(); at < taskMs; at += pauseMs(at)) looks++;
	return looks;
}

describe('A schedule that was left to the node', () => {
	it.each([
		{ duration: 5, lateAtMost: 0.75 },
		{ duration: 10, lateAtMost: 0.45 },
	] as const)(
		'sees the ends of $duration s clips sooner than the documented one, and no task more often',
		async ({ duration, lateAtMost }) => {
			const times = drawTimes(duration, 300);
			const own = await watched(duration, times);
			const documented = await watched(duration, times, DOCUMENTED);
			const late = mean(own.map(({ lateMs }) => lateMs));
			expect(late / mean(documented.map(({ lateMs }) => lateMs))).toBeLessThan(lateAtMost);
			const moreOften = own.filter(({ reads }, nth) => reads > (documented[nth]?.reads ?? 0));
			expect(moreOften).toEqual([]);
			expect(mean(own.map(({ reads }) => reads))).toBeLessThan(
				mean(documented.map(({ reads }) => reads)),
			);
		},
	);

	it.each(DURATIONS)('takes no more looks for a %i s clip, however long that takes', (duration) => {
		const pollOptions = { timeoutMs: 600_000 };
		const own = pollScheduleOf(pollOptions, documentedTime(duration));
		const documented = pollScheduleOf({ ...pollOptions, ...DOCUMENTED }, documentedTime(duration));
		for (let taskMs = 100; taskMs <= 600_000; taskMs += 100) {
			expect(looksFor(taskMs, own)).toBeLessThanOrEqual(looksFor(taskMs, documented));
		}
	});
});

describe('A schedule that was set', () => {
	const looks = ({ initialDelayMs, pauseMs }: PollSchedule) => [initialDelayMs(), pauseMs(40_000)];
	const timeoutMs = 600_000;

	it.each([
		{ set: { initialDelayMs: 12_000, pollIntervalMs: 3_000 }, kept: [12_000, 3_000] },
		{ set: { initialDelayMs: 0 }, kept: [0, 5_000] },
		{ set: { pollIntervalMs: 20_000 }, kept: [30_000, 20_000] },
	])('is kept as it was, and what is missing is as documented: $set', ({ set, kept }) => {
		for (const duration of DURATIONS) {
			expect(looks(pollScheduleOf({ ...set, timeoutMs }, documentedTime(duration)))).toEqual(kept);
		}
	});

	it('is kept for a task from before, but for the first look, which comes at once', () => {
		expect(
			looks(pollScheduleFromNow({ initialDelayMs: 9_000, pollIntervalMs: 7_000, timeoutMs })),
		).toEqual([0, 7_000]);
		expect(looks(pollScheduleFromNow({ timeoutMs }))).toEqual([0, 5_000]);
	});
});
