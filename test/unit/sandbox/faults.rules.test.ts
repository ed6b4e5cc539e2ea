import type { FaultRule } from '../../../sandbox';
import { open, type Client } from './lib/client';

const statuses = async (client: Client, count: number) => {
	const seen: number[] = [];
	for (let call = 0; call < count; call++) seen.push((await client.balance()).status);
	return seen;
};

describe('A rule', () => {
	it('hits once, from the first request on, unless it says otherwise', async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'balance', kind: 'status' });
		expect(await statuses(client, 3)).toEqual([500, 200, 200]);
	});

	it('hits as often as it says, beginning where it says', async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'balance', kind: 'status', nth: 2, times: 2 });
		expect(await statuses(client, 5)).toEqual([200, 500, 500, 200, 200]);
		expect(client.sandbox.faults.list()).toMatchObject([{ rule: 1, matched: 5, fired: 2 }]);
	});

	it.each(['always', Infinity] as const)('hits for ever with times %p', async (times) => {
		const client = await open();
		client.sandbox.faults.add({ on: 'balance', kind: 'status', times });
		expect(await statuses(client, 4)).toEqual([500, 500, 500, 500]);
		client.sandbox.faults.clear();
		expect(await statuses(client, 1)).toEqual([200]);
		expect(client.sandbox.faults.list()).toEqual([]);
		expect(client.sandbox.faults.firings).toHaveLength(4);
	});

	it('gives way to the one before it', async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'balance', kind: 'status', status: 502 });
		client.sandbox.faults.add({ on: 'balance', kind: 'status', status: 504 });
		expect(await statuses(client, 3)).toEqual([502, 504, 200]);
		expect(client.sandbox.faults.firings.map(({ rule }) => rule)).toEqual([1, 2]);
	});

	it('hits its own endpoint only', async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'read', kind: 'status' });
		expect(await statuses(client, 1)).toEqual([200]);
		const taskId = await client.submitted();
		expect((await client.read(taskId)).status).toBe(500);
	});

	it('hits the reads of one task only', async () => {
		const client = await open();
		const [one, two] = [await client.submitted(), await client.submitted()];
		client.sandbox.faults.add({ on: 'read', kind: 'status', taskId: two });
		expect((await client.read(one)).status).toBe(200);
		expect((await client.read(two)).status).toBe(500);
		expect(client.sandbox.faults.firings).toMatchObject([{ taskId: two }]);
	});

	it('hits the submissions whose prompt holds a text', async () => {
		const client = await open();
		const prompt = 'The "second"\nlantern';
		client.sandbox.faults.add({ on: 'submit', kind: 'status', prompt: 'he "second"\nlan' });
		const elsewhere = { negative_prompt: prompt };
		expect((await client.submit('A boat', {}, elsewhere)).status).toBe(200);
		expect((await client.submit(prompt)).status).toBe(500);
	});

	it('hits the reads and downloads of tasks whose prompt holds a text', async () => {
		const client = await open();
		const [url = ''] = await client.clips('One boat');
		const [other = ''] = await client.clips('Two boats');
		for (const on of ['read', 'download'] as const) {
			client.sandbox.faults.add({ on, kind: 'status', prompt: 'Two' });
		}
		const [one, two] = client.sandbox.tasks().map(({ id }) => id);
		expect((await client.read(String(one))).status).toBe(200);
		expect((await client.read(String(two))).status).toBe(500);
		expect((await client.download(url)).status).toBe(200);
		expect((await client.download(other)).status).toBe(500);
	});

	it.each<[string, object, string]>([
		['an unknown kind', { on: 'read', kind: 'fire' }, 'must be one of'],
		['a kind that every object has', { on: 'read', kind: 'toString' }, 'must be one of'],
		['an unknown endpoint', { on: 'cancel', kind: 'status' }, 'on'],
		['an unknown field', { on: 'read', kind: 'status', often: 2 }, 'often'],
		['no times at all', { on: 'read', kind: 'status', times: 0 }, 'times'],
		['a status that is none', { on: 'read', kind: 'status', status: 99 }, 'status'],
		['a status of a callback', { on: 'callback', kind: 'status' }, 'no status of its own'],
		['a task before the task', { on: 'submit', kind: 'status', taskId: 'a' }, 'no task yet'],
		['a read that accepts', { on: 'read', kind: 'status', accepts: true }, 'only a submission'],
		['the prompt of a balance', { on: 'balance', kind: 'status', prompt: 'a' }, 'no prompt'],
	])('with %s is refused', async (_what, rule, reason) => {
		const { sandbox } = await open();
		expect(() => sandbox.faults.add(rule as FaultRule)).toThrow(reason);
		expect(sandbox.faults.list()).toEqual([]);
	});
});
