import { ProcessedData } from '../../../../harness/engine/processed-data';
import type { Order } from '../../../../nodes/Apixo/tasks/marks/mark-names';
import { bury, BEFORE, mark, NONE, order, Process } from '../../lib/marks';

let database: ProcessedData;
let first: Process;
beforeEach(() => {
	database = new ProcessedData();
	first = new Process(database);
});

describe('A killed n8n', () => {
	beforeEach(async () => {
		await mark(first.run('1').marks, order(0, 'a'), order(1, 'b'));
	});

	const retry = async (...orders: Order[]) =>
		await new Process(database).run('2', { isRetry: true }).marks.place(orders, NONE);

	it('leaves marks by which a Retry knows what was ordered, in whatever order the items come', async () => {
		expect(await retry(order(0, 'b'), order(1, 'a'))).toEqual([BEFORE, BEFORE]);
	});

	it.each([
		['its request', order(0, 'a', 'another input')],
		['its input', order(0, 'a prompt with another time', 'input of a')],
	])('an order is the same by %s alone', async (_, again) => {
		expect(await retry(again)).toEqual([BEFORE]);
	});

	it('an order that was changed, or never made, is free to go', async () => {
		const marked = await retry(order(0, 'changed'), order(1, 'b'), order(2, 'c'));
		expect(marked.map(({ kind }) => kind)).toEqual(['marked', 'ordered before', 'marked']);
	});

	it('is no matter to an execution that is no Retry, nor to another node', async () => {
		await mark(new Process(database).run('3').marks, order(0, 'a'));
		const other = new Process(database).run('4', { isRetry: true, node: 'copy' });
		await mark(other.marks, order(0, 'a'));
	});

	it('leaves marks by which a job that is run again under its id knows its items', async () => {
		const again = new Process(database).run('1');
		const changed = [order(0, 'upstream gave'), order(1, 'something else'), order(2, 'c')];
		const marked = await again.marks.place(changed, NONE);
		expect(marked.map(({ kind }) => kind)).toEqual(['ordered before', 'ordered before', 'marked']);
		await mark(new Process(database).run('1', { run: 1 }).marks, order(0, 'the next round'));
	});

	it('a Retry that may repeat goes, and takes the left-over with it in the end', async () => {
		const second = new Process(database).run('2', { isRetry: true });
		const orders = [order(0, 'a'), order(1, 'b')].map((one) => ({ ...one, mayRepeat: true }));
		const marks = await mark(second.marks, ...orders);
		second.marks.end(marks, true);
		second.life.over = true;
		await bury(second.marks);
		// What is left is of the items of execution 1, under whose id nobody comes again.
		expect(database.all).toHaveLength(2);
		await mark(new Process(database).run('3', { isRetry: true }).marks, order(0, 'a'));
	});
});

describe('The marks of a run', () => {
	it('that ended well stay until its execution is over, because n8n may be killed before', async () => {
		const { marks, life } = first.run('1');
		marks.end(await mark(marks, order(0, 'a')), true);
		await bury(marks);
		const killed = new Process(database).run('2', { isRetry: true });
		expect(await killed.marks.place([order(0, 'a')], NONE)).toEqual([BEFORE]);
		life.over = true;
		await bury(marks);
		expect(database.all).toEqual([]);
	});

	it.each(['before its end', 'after it'])(
		'that ended well stay where the execution was stopped %s, because a Retry may begin anew',
		async (when) => {
			const stop = new AbortController();
			const { marks, life } = first.run('1', { stop });
			const placed = await mark(marks, order(0, 'a'));
			if (when === 'before its end') stop.abort();
			marks.end(placed, true);
			stop.abort();
			life.over = true;
			await bury(marks);
			const retry = first.run('2', { isRetry: true });
			expect(await retry.marks.place([order(0, 'a')], NONE)).toEqual([BEFORE]);
		},
	);

	it('that failed stay: another Retry of the original does not know of it', async () => {
		const retry = first.run('2', { isRetry: true });
		retry.marks.end(await mark(retry.marks, order(0, 'a')), false);
		for (const over of [false, true]) {
			retry.life.over = over;
			await bury(retry.marks);
			const another = first.run('3', { isRetry: true });
			expect(await another.marks.place([order(0, 'a')], NONE)).toEqual([BEFORE]);
		}
	});

	it('that failed go when its own Retry, which has the ledger, ended well', async () => {
		const failed = first.run('1');
		const [known = []] = await mark(failed.marks, order(0, 'a'));
		failed.marks.end([known], false);
		const retry = first.run('2', { isRetry: true });
		retry.marks.adopt(known);
		retry.marks.end([known], true);
		failed.life.over = true;
		retry.life.over = true;
		await bury(retry.marks);
		expect(database.all).toEqual([]);
	});

	it('go at once where the order was refused or its task failed', async () => {
		const { marks } = first.run('1');
		const [a = [], b = []] = await mark(marks, order(0, 'a'), order(1, 'b'));
		await Promise.all([marks.takeOff(a), marks.takeOff(b)]);
		expect(database.all).toEqual([]);
	});

	it.each(['the same process', 'another process'])(
		'tell of nothing else than what the ledger knows: an equal item that was refused goes (%s)',
		async (where) => {
			const failed = first.run('1');
			const orders = [order(0, 'same'), order(1, 'same')];
			const [paid = [], refused = []] = await mark(failed.marks, ...orders);
			await failed.marks.takeOff(refused);
			failed.marks.end([paid], false);
			const process = where === 'the same process' ? first : new Process(database);
			const retry = process.run('2', { isRetry: true });
			retry.marks.adopt(paid);
			const marked = await retry.marks.place([order(1, 'same')], () => new Set(paid));
			expect(marked).toMatchObject([{ kind: 'marked' }]);
		},
	);

	it('are no matter to a later try of the same execution', async () => {
		const { marks, life } = first.run('1', { isRetry: true });
		marks.end(await mark(marks, order(0, 'same')), false);
		await mark(first.again(life), order(1, 'same'));
	});

	it('but to a second life of the same job in one process they are', async () => {
		await mark(first.run('1').marks, order(0, 'a'));
		expect(await first.run('1').marks.place([order(0, 'a')], NONE)).toEqual([BEFORE]);
	});
});
