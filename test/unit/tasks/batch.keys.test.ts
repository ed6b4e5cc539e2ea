import { outcomeUnknownWithKey, refused } from '../../../nodes/shared/errors';
import type { SubmitAnswer } from '../../../nodes/shared/service';
import { jobOf, stage, submissionOf, taskIdOf, textOf } from '../lib/batch';

const LOST: SubmitAnswer = {
	kind: 'unknown',
	problem: outcomeUnknownWithKey('the connection was lost'),
};
const NO: SubmitAnswer = { kind: 'refused', problem: refused('submit', { status: 402 }) };
const DOWN: SubmitAnswer = { kind: 'unavailable', reason: 'the connection was refused' };

/** An order of "clip <index>" with a key. */
const keyed = (itemIndex: number, idempotencyKey = `key ${itemIndex}`) =>
	jobOf(itemIndex, { task: submissionOf(`clip ${itemIndex}`, { idempotencyKey }) });

/** What the orders of this prompt get, one after the other. */
const answers = (prompt: string, ...given: Array<SubmitAnswer | undefined>) => ({
	onSubmit: (_: number, { input }: { input: { prompt: string } }) =>
		input.prompt === prompt ? given.shift() : undefined,
});

describe('An order with a key that got no clear answer', () => {
	it('is sent again, with growing pauses, while others go their way', async () => {
		const { service, run } = stage(answers('clip 0', LOST, LOST, LOST));
		const outcomes = await run([keyed(0), keyed(1), keyed(2)]);
		expect(outcomes.map(({ kind }) => kind)).toEqual(['task', 'task', 'task']);
		expect(service.submissions.filter((prompt) => prompt === 'clip 0')).toHaveLength(4);
		const at = service.submissions.flatMap((prompt, index) =>
			prompt === 'clip 0' ? [service.requests[index] ?? NaN] : [],
		);
		const [first = 0, second = 0, third = 0] = at;
		expect(second - first).toBeGreaterThanOrEqual(500);
		expect(third - second).toBeGreaterThanOrEqual(1_000);
	});

	it('is sent 5 times at most; after that a retry sends it again', async () => {
		const { service, run } = stage(answers('clip 0', LOST, LOST, LOST, LOST, LOST));
		const [outcome] = await run([keyed(0)]);
		expect(textOf(outcome)).toContain('A retry is safe');
		expect(service.submissions).toHaveLength(5);
		expect((await run([keyed(0)]))[0]?.kind).toBe('task');
		expect(service.submissions).toHaveLength(6);
	});

	it('is the same to the letter each time', async () => {
		const { service, run } = stage(answers('clip 0', LOST));
		let made = 0;
		const task = submissionOf('clip 0', { idempotencyKey: 'key' });
		const request = () => {
			made++;
			return task.request();
		};
		await run([jobOf(0, { task: { ...task, request } })]);
		expect(service.submissions).toHaveLength(2);
		expect(made).toBe(1);
	});

	it.each([
		['a refusal', NO, 'it may be there all the same'],
		['no service', DOWN, 'may or may not have been submitted'],
	])('stays unclear, whatever comes then: %s', async (_, answer, words) => {
		const { service, run } = stage(
			answers('clip 0', LOST, answer, answer, answer, answer, ...Array(5).fill(NO)),
		);
		expect(textOf((await run([keyed(0)]))[0])).toContain(words);
		const sent = service.submissions.length;
		// Without the key it would be another order.
		const [without] = await run([jobOf(0)]);
		expect(textOf(without)).toContain('may or may not have been submitted');
		expect(service.submissions).toHaveLength(sent);
		expect(textOf((await run([keyed(0)]))[0])).toContain('it may be there all the same');
	});

	it('is not sent again with another key', async () => {
		const { service, run } = stage(answers('clip 0', LOST, LOST, LOST, LOST, LOST));
		await run([keyed(0)]);
		const [outcome] = await run([keyed(0, 'another')]);
		expect(textOf(outcome)).toContain('an earlier try');
		expect(service.submissions).toHaveLength(5);
	});

	it('counts as one order for the ceiling of an execution, and as one of its Retry', async () => {
		const { openLedger } = await import('../../../nodes/Apixo/tasks/ledger');
		const { task } = keyed(0);
		if (!('hash' in task)) throw new Error('No order');
		const memory = {};
		for (const [executionId, ordered] of [
			['1', 1],
			['1', 0],
			['2', 1],
		] as const) {
			const ledger = openLedger(memory, 0, executionId);
			expect(ledger.isOneMore(0, task)).toBe(ordered === 1);
			ledger.sending(0, task, [], 0);
			expect(ledger.ordered).toBe(ordered);
		}
	});

	it('is named when it was stopped in the pause, and when another item ended the node', async () => {
		const paused = stage(answers('clip 0', ...Array<SubmitAnswer>(5).fill(LOST)));
		paused.clock.at(2_000, () => paused.clock.stop());
		const stopped = await paused.clock.run(paused.start([keyed(0)]));
		expect(textOf(stopped)).toContain('1 more were being submitted');

		const halted = stage({
			onSubmit: (_, { input }) => (input.prompt === 'clip 0' ? LOST : NO),
			latencyMs: () => 100,
		});
		const [unclear, refusal] = await halted.run([keyed(0), keyed(1)], { stopAtFirstProblem: true });
		expect(refusal?.kind).toBe('problem');
		expect(textOf(unclear)).toContain('A retry is safe');
	});
});

it('An order with a key whose task is known is picked up, with whatever key', async () => {
	const { service, run } = stage({ taskMs: () => 100_000 });
	const [late] = await run([{ ...keyed(0), timeoutMs: 40_000 }]);
	const [outcome] = await run([keyed(0, 'another')]);
	expect(taskIdOf(outcome)).toBe(taskIdOf(late));
	expect(service.submissions).toHaveLength(1);
});
