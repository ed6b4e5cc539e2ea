import { ProcessedData } from '../../../../harness/engine/processed-data';
import { bury, BEFORE, mark, NONE, order, Process } from '../../lib/marks';

let database: ProcessedData;
let first: Process;
beforeEach(() => {
	database = new ProcessedData();
	first = new Process(database);
});

describe('Equal orders', () => {
	it('of one execution are all made, and known to its Retry', async () => {
		const orders = [order(0), order(1), order(2)];
		await mark(first.run('1').marks, ...orders);
		const retry = new Process(database).run('2', { isRetry: true });
		expect(await retry.marks.place(orders, NONE)).toEqual([BEFORE, BEFORE, BEFORE]);
	});

	it.each(['the same process', 'another process'])(
		'of two executions, one in %s: the end of one leaves the mark of the other',
		async (where) => {
			const second = where === 'the same process' ? first : new Process(database);
			const well = first.run('1');
			const marks = await mark(well.marks, order(0));
			await mark(second.run('2').marks, order(0));
			well.marks.end(marks, true);
			well.life.over = true;
			await bury(well.marks);
			const retry = new Process(database).run('3', { isRetry: true });
			expect(await retry.marks.place([order(0)], NONE)).toEqual([BEFORE]);
		},
	);

	it('of a killed execution hold up no other one, which ends well and leaves the mark of the killed', async () => {
		await mark(first.run('killed').marks, order(0));
		const process = new Process(database);
		const alive = process.run('alive');
		alive.marks.end(await mark(alive.marks, order(0)), true);
		alive.life.over = true;
		await bury(alive.marks);
		const retry = process.run('retry', { isRetry: true });
		expect(await retry.marks.place([order(0)], NONE)).toEqual([BEFORE]);
	});

	it('that were taken off and come back, because another process wrote over that, hold up no second try', async () => {
		const { marks } = first.run('1');
		const [placed = []] = await mark(marks, order(0));
		const rows = [...database.rows];
		await marks.takeOff(placed);
		for (const [name, row] of rows) database.rows.set(name, row);
		await mark(marks, order(0));
	});

	it('of an execution that runs on are known to a Retry: it may be that of this very one', async () => {
		const running = first.run('1');
		const placed = await mark(running.marks, order(0));
		const retry = first.run('2', { isRetry: true });
		expect(await retry.marks.place([order(0)], NONE)).toEqual([BEFORE]);
		running.marks.end(placed, true);
		expect(await retry.marks.place([order(0)], NONE)).toEqual([BEFORE]);
	});

	it('of two Retries at once are a double click', async () => {
		await mark(first.run('2', { isRetry: true }).marks, order(0));
		const second = first.run('3', { isRetry: true });
		expect(await second.marks.place([order(0)], NONE)).toEqual([BEFORE]);
	});

	it('placed by many at once are all marked, although the store has no lock', async () => {
		const runs = Array.from({ length: 20 }, (_, index) => first.run(String(index)));
		await Promise.all(
			runs.map(async ({ marks }, index) => await mark(marks, order(0, `request ${index}`))),
		);
		expect(database.all).toHaveLength(60);
	});
});

describe('Processes that write at once', () => {
	it('lose no mark of each other, although each writes back what it has read', async () => {
		const runs = Array.from({ length: 3 }, (_, index) => new Process(database).run(String(index)));
		await Promise.all(
			runs.map(async ({ marks }, index) => await mark(marks, order(0, `request ${index}`))),
		);
		const retry = new Process(database).run('9', { isRetry: true });
		const orders = runs.map((_, index) => order(index, `request ${index}`));
		expect(await retry.marks.place(orders, NONE)).toEqual([BEFORE, BEFORE, BEFORE]);
	});
});
