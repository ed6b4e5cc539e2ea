import type { Life } from '../../../../nodes/Apixo/tasks/marks/holders';
import type { Order } from '../../../../nodes/Apixo/tasks/marks/mark-names';
import type { OrderMarks } from '../../../../nodes/Apixo/tasks/marks/order-marks';
import { ProcessedData } from '../../../../harness/engine/processed-data';

type Module = typeof import('../../../../nodes/Apixo/tasks/marks/order-marks');

const NONE = new Set<string>();
const BEFORE = { kind: 'ordered before' };

/** Of its request and its input, a name each. */
const order = (itemIndex: number, request = 'request', input = `input of ${request}`): Order => ({
	itemIndex,
	likenesses: [request, input],
	mayRepeat: false,
});

/** The modules as a process has them that has just started: it knows nothing of others. */
class Process {
	private readonly module: Module;

	constructor(private readonly database: ProcessedData) {
		let loaded = {} as Module;
		jest.isolateModules(() => {
			loaded = jest.requireActual<Module>('../../../../nodes/Apixo/tasks/marks/order-marks');
		});
		this.module = loaded;
	}

	/** A run of the node in an execution of its own. */
	run(
		executionId: string,
		{
			isRetry = false,
			run = 0,
			node = 'node',
			tell = jest.fn(),
			stop = new AbortController(),
		} = {},
	) {
		const life = { executionId, isRetry, over: false, isOver: () => life.over };
		return { life, tell, marks: this.again(life, { run, node, tell, stop }) };
	}

	/** One more run or try of an execution. */
	again(
		life: Life,
		{ run = 0, node = 'node', tell = jest.fn(), stop = new AbortController() } = {},
	): OrderMarks {
		const helpers = this.database.helpersOf(node);
		const stopSignal = stop.signal;
		const options = {
			helpers,
			workflowId: 'workflow-1',
			nodeId: node,
			life,
			stopSignal,
			run,
			tell,
		};
		return new this.module.OrderMarks(options);
	}
}

/** Marks these orders; the test fails where one was ordered before. */
async function mark(marks: OrderMarks, ...orders: Order[]): Promise<string[][]> {
	const marked = await marks.place(orders, NONE);
	return marked.map((one) => {
		if (one.kind !== 'marked') throw new Error('Ordered before');
		return one.marks;
	});
}

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
			const marked = await retry.marks.place([order(1, 'same')], new Set(paid));
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

/** What happens once a minute while executions have ended. */
async function bury(marks: OrderMarks): Promise<void> {
	const { book, options } = marks as unknown as {
		book: { bury(helpers: unknown): Promise<void> };
		options: { helpers: unknown };
	};
	await book.bury(options.helpers);
}
