import { sleep } from 'n8n-workflow';

import {
	BATCH_KEY_HEADER,
	KLING_MODEL,
	MAX_BATCH_ITEMS,
	PATHS,
} from '../../../nodes/shared/contract';
import { BATCH_FORMS, type BatchForm } from '../../../sandbox';
import { Client, open } from './lib/client';

const FORMS = Object.keys(BATCH_FORMS) as BatchForm[];

const input = (prompt = 'A paper boat') => ({ mode: 'text-to-video', prompt, duration: 5 });

const item = (key: string, prompt?: string, client_item_id = 'item-1') => ({
	client_item_id,
	idempotency_key: key,
	input: input(prompt),
});

async function order(client: Client, body: unknown, batchKey?: string) {
	const headers = batchKey === undefined ? {} : { [BATCH_KEY_HEADER]: batchKey };
	return await client.http.post(PATHS.submitBatch(KLING_MODEL), body, { headers });
}

const orderOne = async (client: Client, key: string, prompt?: string, batchKey = `batch-${key}`) =>
	await order(client, { items: [item(key, prompt)] }, batchKey);

describe('A batch of the sandbox', () => {
	it('creates a task for each item, and charges it once', async () => {
		const client = await open();
		const items = [item('a', 'One', '1'), item('b', 'Two', '2')];
		const { status, data } = await order(client, { items }, 'batch-1');
		expect([status, data.code]).toEqual([200, 200]);
		expect(client.sandbox.tasks()).toMatchObject([
			{ idempotencyKey: 'a', request: { request_type: 'async', input: input('One') } },
			{ idempotencyKey: 'b', request: { request_type: 'async', input: input('Two') } },
		]);
		expect(client.sandbox.stats()).toMatchObject({ submissionsReceived: 1, charges: 2 });
		expect(client.sandbox.breaches()).toEqual([]);
	});

	it('is answered as before when it comes again', async () => {
		const client = await open();
		const first = await orderOne(client, 'a');
		const again = await orderOne(client, 'a');
		expect(again.data).toEqual(first.data);
		expect(client.sandbox.stats().charges).toBe(1);
	});

	it('gives the task of the first order to the same key in another batch', async () => {
		const client = await open({ batches: 'ids' });
		const first = await orderOne(client, 'a');
		const again = await orderOne(client, 'a', undefined, 'another');
		expect(again.data.data.task_ids).toEqual(first.data.data.task_ids);
		expect(again.data.data.batch_id).not.toEqual(first.data.data.batch_id);
		expect(client.sandbox.stats().charges).toBe(1);
	});

	it('refuses a key that comes with another input', async () => {
		const client = await open();
		await orderOne(client, 'a', 'One');
		expect((await orderOne(client, 'a', 'Two')).status).toBe(422);
		const { data } = await orderOne(client, 'a', 'Two', 'another');
		expect(data.data.items).toMatchObject([{ status: 'rejected', errorCode: 422 }]);
		expect(client.sandbox.stats().charges).toBe(1);
	});

	it('leaves the key of a refused item free', async () => {
		const client = await open({ balance: 0 });
		expect((await orderOne(client, 'a')).data.data.items).toMatchObject([{ errorCode: 402 }]);
		client.sandbox.balance = 1;
		expect((await orderOne(client, 'a')).data.data.items).toMatchObject([{ status: 'accepted' }]);
	});

	it('keeps the keys of accounts apart', async () => {
		const client = await open({ otherApiKeys: ['other'] });
		const other = new Client(client.sandbox, 'other');
		const mine = await orderOne(client, 'a');
		const theirs = await orderOne(other, 'a');
		expect(theirs.data.data.items[0].taskId).not.toEqual(mine.data.data.items[0].taskId);
		const path = PATHS.readBatch(KLING_MODEL, mine.data.data.batchId);
		expect((await client.http.get(path)).status).toBe(200);
		expect((await other.http.get(path)).status).toBe(404);
	});

	it('meets both limits', async () => {
		const full = await open({ concurrentTasks: 1 });
		await orderOne(full, 'a', '[sandbox: never-ends]');
		expect((await orderOne(full, 'b')).status).toBe(429);
		// It starts nothing that runs.
		expect((await orderOne(full, 'a', '[sandbox: never-ends]')).status).toBe(200);
		const slow = await open({ requestsPerMinute: 1, timeScale: 1 });
		await orderOne(slow, 'a');
		expect((await orderOne(slow, 'b')).status).toBe(429);
	});

	const many = Array.from({ length: MAX_BATCH_ITEMS + 1 }, (_, i) =>
		item(`${i}`, undefined, `${i}`),
	);
	it.each([
		['without a key of its own', { items: [item('a')] }, undefined, BATCH_KEY_HEADER],
		['without items', { items: [] }, 'b', 'items'],
		['with too many items', { items: many }, 'b', 'items'],
		['with an item without a key', { items: [item('')] }, 'b', 'idempotency_key'],
		['with two items of one name', { items: [item('a'), item('b')] }, 'b', 'client_item_id'],
		['with a request_type', { request_type: 'async', items: [item('a')] }, 'b', 'request_type'],
		['with a bad input', { items: [item('a', '')] }, 'b', 'items.0.input.prompt'],
	])('is refused %s', async (_what, body, batchKey, place) => {
		const client = await open();
		const { status, data } = await order(client, body, batchKey);
		expect(status).toBe(400);
		expect(client.sandbox.breaches()).toEqual([data.message]);
		expect(data.message).toContain(place);
		expect(client.sandbox.tasks()).toEqual([]);
	});

	it('is nothing that an account without batches knows', async () => {
		const client = await open({ batches: 'none' });
		expect((await orderOne(client, 'a')).status).toBe(404);
		expect(client.sandbox.breaches()).toEqual([]);
		expect(client.sandbox.tasks()).toEqual([]);
	});

	it.each(['reset-after', 'no-data'] as const)('meets faults: %s', async (kind) => {
		const client = await open();
		client.sandbox.faults.add({ on: 'submit', kind, prompt: 'boat' });
		await orderOne(client, 'a').catch(() => {});
		await orderOne(client, 'a');
		expect(client.sandbox.faults.firings).toMatchObject([{ created: { charged: 0.02 } }]);
		expect(client.sandbox.stats()).toMatchObject({ submissionsReceived: 2, charges: 1 });
	});
});

describe.each(FORMS)('An answer in the form "%s"', (batches) => {
	it('names the batch or its task, and the read of the batch the task', async () => {
		const client = await open({ batches, taskTimeMs: 1e9 });
		const answered = JSON.stringify((await orderOne(client, 'a')).data.data);
		const [task] = client.sandbox.tasks();
		const [batchId = 'none'] = /batch_[0-9a-f]+/.exec(answered) ?? [];
		expect(answered.includes(String(task?.id)) || batchId !== 'none').toBe(true);
		if (batchId === 'none') return;
		// What is told later is told 3 ms later here.
		await sleep(10);
		const read = await client.http.get(PATHS.readBatch(KLING_MODEL, batchId));
		expect(JSON.stringify(read.data.data)).toContain(task?.id);
	});

	it('says why an item was refused', async () => {
		const client = await open({ batches });
		const { data } = await orderOne(client, 'a', 'A [sandbox: refuse=403]');
		const [batchId = ''] = /batch_[0-9a-f]+/.exec(JSON.stringify(data)) ?? [];
		const words = 'Refused on demand';
		if (JSON.stringify(data).includes(words)) return;
		const read = await client.http.get(PATHS.readBatch(KLING_MODEL, batchId));
		expect(JSON.stringify(read.data.data)).toContain(words);
	});
});
