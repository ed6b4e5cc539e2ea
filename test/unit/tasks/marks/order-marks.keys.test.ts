import { ProcessedData } from '../../../../harness/engine/processed-data';
import type { Order } from '../../../../nodes/Apixo/tasks/marks/mark-names';
import { bury, BEFORE, mark, NONE, order, Process } from '../../lib/marks';

let database: ProcessedData;
let first: Process;
beforeEach(() => {
	database = new ProcessedData();
	first = new Process(database);
});

describe('An order with an idempotency key, after a killed n8n', () => {
	const keyed = (key: string, one = order(0, 'a')): Order => ({
		...one,
		likenesses: [...one.likenesses, key],
		key,
	});
	const AGAIN = { kind: 'marked', isAgain: true };

	const retry = async (one: Order, executionId = '2') => {
		const { marks } = new Process(database).run(executionId, { isRetry: executionId !== '1' });
		return (await marks.place([one], NONE))[0];
	};

	it('is sent again by a Retry, and by a job that runs again, and is known as such', async () => {
		await mark(first.run('1').marks, keyed('key'));
		expect(await retry(keyed('key'))).toMatchObject(AGAIN);
		expect(await retry(keyed('key'), '1')).toMatchObject(AGAIN);
	});

	it('so it is where its prompt gives the time, or its parameters were changed', async () => {
		await mark(first.run('1').marks, keyed('key'));
		expect(await retry(keyed('key', order(0, 'b', 'another input')))).toMatchObject(AGAIN);
	});

	it.each([
		['without a key, where it had one', keyed('key'), order(0, 'a')],
		['with another key', keyed('key'), keyed('other')],
		['with a key, where it had none', order(0, 'a'), keyed('key')],
	])('%s it would be another order, and stays where it is', async (_, before, now) => {
		await mark(first.run('1').marks, before);
		expect(await retry(now)).toEqual(BEFORE);
		expect(await retry(now, '1')).toEqual(BEFORE);
		// What was asked leaves nothing behind that a later Retry could take for a key that was used.
		expect(await retry(now)).toEqual(BEFORE);
	});

	it('leaves no mark when the Retry ended well', async () => {
		await mark(first.run('1').marks, keyed('key'));
		const process = new Process(database);
		const { marks, life } = process.run('2', { isRetry: true });
		const placed = await mark(marks, keyed('key'));
		marks.end(placed, true);
		life.over = true;
		await bury(marks);
		// What is left is of the item of execution 1, under whose id nobody comes again.
		expect(database.all).toHaveLength(1);
	});

	it('of an execution that lives is nothing new to another one', async () => {
		await mark(first.run('1').marks, keyed('key'));
		const [other] = await first.run('2').marks.place([keyed('key')], NONE);
		expect(other).not.toHaveProperty('isAgain');
	});
});
