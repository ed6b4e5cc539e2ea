import { sleep } from 'n8n-workflow';

import { openLedger } from '../../../nodes/Apixo/tasks/ledger';
import type { Marked } from '../../../nodes/Apixo/tasks/marks/order-marks';
import { OrderLog } from '../../../nodes/Apixo/tasks/order-log';
import { Orders } from '../../../nodes/Apixo/tasks/orders';
import { jobs, NO_MARKS, stage } from '../lib/batch';

/** Runs so many items; of `before`, marks tell that they were ordered. Gives what the log says, and when. */
async function logOf(count: number, before: readonly number[] = [], limit = Infinity) {
	const { service, run } = stage({ concurrency: limit });
	const lines: Array<{ text: string; submitted: number }> = [];
	const place = async (orders: ReadonlyArray<{ itemIndex: number }>) =>
		orders.map(
			({ itemIndex }): Marked =>
				before.includes(itemIndex) ? { kind: 'ordered before' } : { kind: 'marked', marks: [] },
		);
	const marks = { ...NO_MARKS, place };
	const log = new OrderLog('execution 7, node "APIXO"', (text) =>
		lines.push({ text, submitted: service.submissions.length }),
	);
	await run(jobs(count), { orders: new Orders({ ledger: openLedger({}, 0, '7'), marks, log }) });
	// What was accepted last.
	await sleep(0);
	return lines;
}

describe("n8n's log", () => {
	it('tells of orders before they go out, those that go together in one short line', async () => {
		const lines = (await logOf(60)).filter(({ text }) => text.includes('ordering'));
		expect(lines).toEqual(
			['0-3', '4-11', '12-27', '28-59'].map((items) => ({
				text: `APIXO ordering, for execution 7, node "APIXO": items ${items}`,
				submitted: parseInt(items),
			})),
		);
	});

	it('names each accepted task, with its item', async () => {
		const lines = await logOf(2);
		expect(lines.slice(1).map(({ text }) => text)).toEqual([
			expect.stringMatching(
				/^APIXO accepted, for execution 7, node "APIXO": \S+ \(item 0\), \S+ \(item 1\)$/,
			),
		]);
	});

	it('does not tell of those that are not sent, because they may have been made before', async () => {
		const [first] = await logOf(4, [1]);
		expect(first?.text).toMatch(/: items 0, 2-3$/);
		expect(await logOf(2, [0, 1])).toEqual([]);
	});

	it('tells of an order that was turned away when it is sent again', async () => {
		const ordering = (await logOf(3, [], 2)).filter(({ text }) => text.includes('ordering'));
		expect(ordering[0]?.text).toMatch(/items 0-2$/);
		expect(ordering.at(-1)?.text).toMatch(/items 2$/);
	});
});
