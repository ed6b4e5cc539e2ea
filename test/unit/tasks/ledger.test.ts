import { KLING_MODEL } from '../../../nodes/shared/contract';
import { hashOf, openLedger } from '../../../nodes/Apixo/tasks/ledger';
import { outcomeUnknown, taskFailed } from '../../../nodes/shared/errors';
import { jobOf, jobs, requestFor, stage, submissionOf, taskIdOf, textOf } from '../lib/batch';

const LOST = { kind: 'unknown' as const, problem: outcomeUnknown('the connection was lost') };
const unreadable = () => ({ kind: 'trouble' as const, reason: 'no', limited: false });

describe('Nobody pays twice', () => {
	it('a retry picks up the paid task instead of submitting again', async () => {
		let down = true;
		const { service, run } = stage({ onRead: () => (down ? unreadable() : undefined) });
		const first = await run(jobs(3, { timeoutMs: 60_000 }));
		expect(first.every(({ kind }) => kind === 'problem')).toBe(true);
		down = false;
		const second = await run(jobs(3));
		expect(second.map(taskIdOf)).toEqual(first.map(taskIdOf));
		expect(second.every(({ kind }) => kind === 'task')).toBe(true);
		expect(service.submissions).toHaveLength(3);
	});

	it('a retry on another process does too: the record is plain JSON', async () => {
		const { context, service, run } = stage({ taskMs: () => 100_000 });
		await run(jobs(1, { timeoutMs: 40_000 }));
		Object.assign(context, JSON.parse(JSON.stringify(context)));
		await run(jobs(1));
		expect(service.submissions).toHaveLength(1);
	});

	it('a try whose prompt gives another text picks up the paid task all the same', async () => {
		const { service, run } = stage({ taskMs: () => 100_000 });
		await run([jobOf(0, { task: submissionOf('A cat at 10:00'), timeoutMs: 40_000 })]);
		const [outcome] = await run([jobOf(0, { task: submissionOf('A cat at 10:01') })]);
		expect(outcome?.kind).toBe('task');
		expect(service.submissions).toEqual(['A cat at 10:00']);
	});

	it('a submission is on record before it is sent', async () => {
		const onRecord: unknown[] = [];
		const { clock, context, run } = stage({
			onSubmit: () => {
				onRecord.push(JSON.parse(JSON.stringify(context.ledger)));
				return undefined;
			},
		});
		const orderedAt = clock.date();
		await run(jobs(1));
		expect(onRecord).toEqual([
			{ 0: { 0: { hash: hashOf(requestFor('clip 0')), executionId: '1', orderedAt } } },
		]);
	});

	it('a try that was stopped while a submission was under way is not repeated in the dark', async () => {
		const { clock, context, start } = stage({ latencyMs: () => 10_000 });
		clock.at(5_000, () => clock.stop());
		await clock.run(start(jobs(1)));
		const again = stage();
		Object.assign(again.context, JSON.parse(JSON.stringify(context)));
		const [outcome] = await again.run(jobs(1));
		expect(again.service.submissions).toEqual([]);
		expect(textOf(outcome)).toContain('may or may not have been submitted');
	});

	it('a submission of unknown outcome is not repeated, neither at once nor by a retry', async () => {
		const { service, run } = stage({ onSubmit: () => LOST });
		expect(textOf((await run(jobs(1)))[0])).toContain('the connection was lost');
		const [outcome] = await run(jobs(1));
		expect(service.submissions).toHaveLength(1);
		expect(textOf(outcome)).toContain('an earlier try of this execution sent it');
		expect(textOf(outcome)).toContain('Resubmit If Unclear');
	});

	it('unless the user wants that', async () => {
		const { service, run } = stage({ onSubmit: (nth) => (nth === 0 ? LOST : undefined) });
		await run(jobs(1));
		const task = submissionOf('clip 0', { resubmitAfterUnknownOutcome: true });
		const [outcome] = await run([jobOf(0, { task })]);
		expect(outcome?.kind).toBe('task');
		expect(service.submissions).toHaveLength(2);
	});

	it('even then a task that is known is picked up', async () => {
		const { service, run } = stage({ taskMs: () => 100_000 });
		const task = submissionOf('clip 0', { resubmitAfterUnknownOutcome: true });
		await run([jobOf(0, { task, timeoutMs: 40_000 })]);
		await run([jobOf(0, { task })]);
		expect(service.submissions).toHaveLength(1);
	});

	it('with the first item of unknown outcome, a node that stops on errors submits nothing at all', async () => {
		const { service, run } = stage({ onSubmit: () => LOST });
		await run(jobs(1));
		const outcomes = await run(jobs(5), { stopAtFirstProblem: true });
		expect(outcomes.map(({ kind }) => kind)).toEqual(['problem', 'left', 'left', 'left', 'left']);
		expect(service.submissions).toHaveLength(1);
	});
});

describe('A retry submits anew', () => {
	it('a task that failed: it is struck off', async () => {
		let failing = true;
		const { service, run } = stage({
			onRead: (taskId) =>
				failing ? { kind: 'task', task: { taskId, ended: true, state: 'failed' } } : undefined,
		});
		const [outcome] = await run(jobs(1));
		expect(textOf(outcome)).toContain(
			taskFailed({ taskId: 'task_0', ended: true, state: 'failed' }).message,
		);
		failing = false;
		expect(taskIdOf((await run(jobs(1)))[0])).toBe('task_1');
		expect(service.submissions).toHaveLength(2);
	});

	it('in the next round of a loop, which has another run index', async () => {
		const { service, run } = stage({ taskMs: () => 100_000 });
		await run(jobs(1, { timeoutMs: 40_000 }), { runIndex: 0 });
		await run(jobs(1), { runIndex: 1 });
		expect(service.submissions).toHaveLength(2);
	});

	it('an item whose request is another one now, in a retry of the execution', async () => {
		const { service, run } = stage({ taskMs: () => 100_000 });
		await run(jobs(1, { timeoutMs: 40_000 }));
		await run([jobOf(0, { task: submissionOf('something else') })], { executionId: '2' });
		expect(service.submissions).toEqual(['clip 0', 'something else']);
	});

	it('what the service refused, or took no turn of', async () => {
		const { context, run } = stage({ onSubmit: () => ({ kind: 'limited' }) });
		await run(jobs(2, { timeoutMs: 20_000 }));
		expect(context.ledger).toEqual({ 0: {} });
	});
});

describe('A ledger', () => {
	it('is empty once cleared, and only that of its own run', () => {
		const context: Record<string, unknown> = {};
		const order = { model: KLING_MODEL, hash: 'hash', input: () => 'input' };
		const first = openLedger(context, 0, '1');
		first.sending(3, order, [], 7);
		first.accepted(3, 'task');
		const second = openLedger(context, 1, '1');
		second.sending(0, order, [], 8);
		second.clear();
		expect(context.ledger).toEqual({
			0: { 3: { hash: 'hash', executionId: '1', orderedAt: 7, taskId: 'task' } },
			1: {},
		});
	});
});
