import type { Life } from '../../../nodes/Apixo/tasks/marks/holders';
import type { Order } from '../../../nodes/Apixo/tasks/marks/mark-names';
import type { OrderMarks } from '../../../nodes/Apixo/tasks/marks/order-marks';
import type { ProcessedData } from '../../../harness/engine/processed-data';

type Module = typeof import('../../../nodes/Apixo/tasks/marks/order-marks');

/** No ledger knows of any order. */
export const NONE = () => new Set<string>();
export const BEFORE = { kind: 'ordered before' };

/** Of its request and its input, a name each. */
export const order = (
	itemIndex: number,
	request = 'request',
	input = `input of ${request}`,
): Order => ({
	itemIndex,
	likenesses: [request, input],
	mayRepeat: false,
});

/** The modules as a process has them that has just started: it knows nothing of others. */
export class Process {
	private readonly module: Module;

	constructor(private readonly database: ProcessedData) {
		let loaded = {} as Module;
		jest.isolateModules(() => {
			loaded = jest.requireActual<Module>('../../../nodes/Apixo/tasks/marks/order-marks');
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
export async function mark(marks: OrderMarks, ...orders: Order[]): Promise<string[][]> {
	const marked = await marks.place(orders, NONE);
	return marked.map((one) => {
		if (one.kind !== 'marked') throw new Error('Ordered before');
		return one.marks;
	});
}

/** What happens once a minute while executions have ended. */
export async function bury(marks: OrderMarks): Promise<void> {
	const { book, options } = marks as unknown as {
		book: { bury(helpers: unknown): Promise<void> };
		options: { helpers: unknown };
	};
	await book.bury(options.helpers);
}
