import { ProcessedData } from '../../../../harness/engine/processed-data';
import { BEFORE, mark, NONE, order, Process } from '../../lib/marks';

let database: ProcessedData;
let first: Process;
beforeEach(() => {
	database = new ProcessedData();
	first = new Process(database);
});

describe('A store that does not work', () => {
	it.each(['place', 'takeOff'])('fails no order, and is told once (%s)', async () => {
		database.trouble = new Error('no such table');
		const { marks, tell } = first.run('1');
		expect(await marks.place([order(0)], NONE)).toEqual([{ kind: 'marked', marks: [] }]);
		await marks.place([order(1)], NONE);
		const next = first.run('2', { tell });
		await next.marks.place([order(0)], NONE);
		expect(tell.mock.calls).toEqual([['no such table']]);
	});

	it('is not asked again in the same run', async () => {
		database.trouble = new Error('down');
		const { marks } = first.run('1');
		await marks.place([order(0)], NONE);
		const { calls } = database;
		await marks.place([order(1)], NONE);
		expect(database.calls).toBe(calls);
	});

	it('and one that hangs holds nobody up for long, and keeps nothing in the end', async () => {
		const real = AbortSignal.timeout.bind(AbortSignal);
		const soon = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(20));
		let go = () => {};
		database.hold = new Promise<void>((resolve) => (go = resolve));
		const { marks, tell } = first.run('1');
		expect(await marks.place([order(0)], NONE)).toEqual([{ kind: 'marked', marks: [] }]);
		expect(tell.mock.calls).toEqual([['the database did not answer in time']]);
		go();
		soon.mockRestore();
		const { marks: others } = first.run('2');
		const [own = []] = await mark(others, order(0, 'b'));
		expect(database.all).toHaveLength(own.length);
	});
});

describe('Orders', () => {
	afterEach(() => jest.restoreAllMocks());

	it.each([
		[20, 10, 0],
		[21, 10, 420],
		[22, 1, 440],
		[5_000, 100, 500],
	])(
		'gather where the store is slow (it takes %d ms for %d: for %d ms)',
		async (tookMs, count, restMs) => {
			const { marks } = first.run('1');
			expect(marks.restMs).toBe(0);
			let now = 0;
			jest.spyOn(performance, 'now').mockImplementation(() => (now += tookMs));
			await mark(marks, ...Array.from({ length: count }, (_, index) => order(index, `${index}`)));
			expect(marks.restMs).toBe(restMs);
		},
	);

	it('do not gather once it was given up', async () => {
		const { marks } = first.run('1');
		let now = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => (now += 5_000));
		await mark(marks, order(0));
		database.trouble = new Error('down');
		await marks.place([order(1)], NONE);
		expect(marks.restMs).toBe(0);
	});
});

describe('Left-overs', () => {
	it('are not pushed out by the questions of a Retry', async () => {
		const orders = Array.from({ length: 1_000 }, (_, index) => order(index, `request ${index}`));
		await mark(first.run('1').marks, ...orders);
		const [[row = '', marks = ''] = []] = database.rows;
		const others = Array.from({ length: 27_000 }, (_, index) => `left-over ${index}`);
		database.rows.set(row, JSON.stringify([...(JSON.parse(marks) as string[]), ...others]));
		for (const executionId of ['2', '3']) {
			const retry = new Process(database).run(executionId, { isRetry: true });
			const marked = await retry.marks.place(orders, NONE);
			expect(marked.filter(({ kind }) => kind === 'marked')).toEqual([]);
		}
	});

	it('cannot pile up: the oldest make room', async () => {
		for (let volley = 0; volley < 11; volley++) {
			const orders = Array.from({ length: 1000 }, (_, index) => order(index, `${volley} ${index}`));
			await mark(new Process(database).run(String(volley)).marks, ...orders);
		}
		expect(database.all).toHaveLength(30_000);
		const retry = new Process(database).run('99', { isRetry: true });
		expect(await retry.marks.place([order(0, '10 999')], NONE)).toEqual([BEFORE]);
		await mark(retry.marks, order(0, '0 0'));
	});
});
