import { KLING_MODEL } from '../../../nodes/shared/contract';
import { Watch } from '../../../nodes/Apixo/tasks/watch';
import { refused, type Problem } from '../../../nodes/shared/errors';
import type { ReadAnswer } from '../../../nodes/shared/service';
import type { Task } from '../../../nodes/shared/task';
import { jobOf } from '../lib/batch';
import { VirtualClock } from '../lib/virtual-clock';

const RUNNING: Task = { taskId: 't1', ended: false, state: 'processing' };
const READY: Task = { taskId: 't1', ended: true, state: 'success', resultUrls: ['https://a/b'] };
const WITHOUT_CLIP: Task = { ...READY, resultUrls: [] };
const FAILED: Task = { taskId: 't1', ended: true, state: 'failed', failMsg: 'No' };
const looked = (task: Task): ReadAnswer => ({ kind: 'task', task });
const trouble = (retryAfterMs?: number): ReadAnswer => ({
	kind: 'trouble',
	reason: 'the connection was lost',
	limited: false,
	retryAfterMs,
});

function watching(changes: Parameters<typeof jobOf>[1] = {}) {
	const clock = new VirtualClock();
	const schedule = { initialDelayMs: () => 30_000, pauseMs: () => 5_000, usualMs: () => 45_000 };
	const watch = new Watch(
		jobOf(0, changes),
		{ taskId: 't1', model: KLING_MODEL },
		clock.now(),
		schedule,
	);
	const sinceStart = clock.now();
	return {
		clock,
		watch,
		see: (answer: ReadAnswer) => watch.seen(answer, clock),
		nextIn: () => watch.dueAt - sinceStart - clock.elapsed,
	};
}

describe('A look that finds', () => {
	it('the task running means another look after the poll interval', () => {
		const { see, nextIn } = watching();
		expect(see(looked(RUNNING))).toEqual({ kind: 'again' });
		expect(nextIn()).toBe(5_000);
	});

	it('the task ready, or failed, ends the watch', () => {
		expect(watching().see(looked(READY))).toEqual({ kind: 'task', task: READY });
		expect(watching().see(looked(FAILED))).toMatchObject({ kind: 'failed' });
	});

	it('any state is enough where only the state is asked for', () => {
		for (const task of [RUNNING, READY, FAILED]) {
			expect(watching({ until: 'read' }).see(looked(task))).toEqual({ kind: 'task', task });
		}
	});

	it('a success without a clip looks again, because the URL may come a moment later', () => {
		const { see } = watching();
		expect(see(looked(WITHOUT_CLIP))).toEqual({ kind: 'again' });
		expect(see(looked(READY))).toEqual({ kind: 'task', task: READY });
	});

	it('a success without a clip three times is told, with the task id', () => {
		const { see } = watching();
		see(looked(WITHOUT_CLIP));
		see(looked(WITHOUT_CLIP));
		const look = see(looked(WITHOUT_CLIP));
		expect(look).toMatchObject({ kind: 'problem' });
		expect(JSON.stringify(look)).toContain('Video t1 ended with success, but APIXO named no link');
	});

	it('a refusal ends the watch at once', () => {
		const problem = refused('read', { status: 401, message: 'wrong key' }, 't1');
		const look = watching().see({ kind: 'refused', status: 401, problem });
		expect(look).toEqual({ kind: 'problem', problem });
	});
});

describe('A task that is unknown', () => {
	const problem = refused('read', { status: 404, message: 'Task not found' }, 't1');
	const unknown: ReadAnswer = { kind: 'refused', status: 404, problem };

	it('may have been created just now, so that it takes three looks in a row', () => {
		const { see } = watching();
		expect([see(unknown), see(unknown)]).toEqual([{ kind: 'again' }, { kind: 'again' }]);
		expect(see(unknown)).toEqual({ kind: 'problem', problem });
	});

	it('is known after all when one of them finds it', () => {
		const { see } = watching();
		const looks = [unknown, unknown, looked(RUNNING), unknown, unknown].map(see);
		expect(looks.map(({ kind }) => kind)).toEqual(Array(5).fill('again'));
	});

	it('at the deadline is told as unknown, not as running', async () => {
		const { clock, see } = watching();
		await clock.pass(600_000);
		expect(see(unknown)).toEqual({ kind: 'problem', problem });
	});
});

describe('A time-out', () => {
	it('names the last state that was seen, and why the last look failed', async () => {
		const { clock, see } = watching();
		see(looked({ ...RUNNING, state: 'processing_r2' }));
		await clock.pass(600_000);
		const { message } = (see(trouble()) as { problem: Problem }).problem;
		expect(message).toContain('its last state was "processing_r2"; the last look at it failed: ');
	});
});

describe('A look that goes wrong', () => {
	it('is repeated at longer and longer intervals, never beyond a minute', () => {
		const { see, nextIn } = watching();
		const pauses = Array.from({ length: 12 }, () => (see(trouble()), nextIn()));
		expect(pauses[0]).toBe(5_000);
		expect(pauses[4]).toBeGreaterThan(8_000 - 1);
		expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000);
		expect(pauses.at(-1)).toBeGreaterThanOrEqual(30_000);
	});

	it('is repeated as late as the service asks, but at the deadline at the latest', () => {
		const { see, nextIn } = watching();
		see(trouble(90_000));
		expect(nextIn()).toBe(90_000);
		see(trouble(9_000_000));
		expect(nextIn()).toBe(600_000);
	});

	it('at the deadline ends in a time-out that tells of it', async () => {
		const { clock, see } = watching();
		await clock.pass(600_000);
		expect(JSON.stringify(see(trouble()))).toContain('the connection was lost');
		expect(see(looked(RUNNING))).toMatchObject({ kind: 'problem' });
	});
});

describe('A first look', () => {
	it('waits until the task has probably ended where looks are few', () => {
		const { clock, watch } = watching();
		const at = (ms: number) => clock.now() + ms;
		expect(watch.isDue(at(29_999), false)).toBe(false);
		expect(watch.isDue(at(30_000), false)).toBe(true);
		expect(watch.isDue(at(44_999), true)).toBe(false);
		expect(watch.isDue(at(45_000), true)).toBe(true);
	});

	it('does not wait beyond the deadline', () => {
		const { clock, watch } = watching({ timeoutMs: 35_000 });
		expect(watch.isDue(clock.now() + 35_000, true)).toBe(true);
		expect(watch.isOverdue(clock.now() + 35_000)).toBe(false);
		expect(watch.isOverdue(clock.now() + 45_000)).toBe(true);
	});
});
