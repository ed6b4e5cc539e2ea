import axios, { type AxiosResponse } from 'axios';

import { open, type Client } from './lib/client';
import { Receiver } from './lib/receiver';

/** As a test in another process would: without the key. */
async function control(
	{ sandbox }: Client,
	method: string,
	path: string,
	data?: unknown,
): Promise<AxiosResponse<unknown>> {
	return await axios.request({
		method,
		url: `${sandbox.origin}/sandbox/${path}`,
		data,
		validateStatus: () => true,
		proxy: false,
	});
}

/** As JSON carries it. */
const wire = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('Over HTTP', () => {
	it('stats, tasks and breaches are what they are in the process', async () => {
		const client = await open();
		await client.ended(await client.submitted());
		await client.submit('');
		const { sandbox } = client;
		expect((await control(client, 'GET', 'stats')).data).toEqual(wire(sandbox.stats()));
		expect((await control(client, 'GET', 'tasks')).data).toEqual(wire(sandbox.tasks()));
		expect((await control(client, 'GET', 'breaches')).data).toEqual(sandbox.breaches());
		expect(sandbox.tasks()).toHaveLength(1);
		expect(sandbox.breaches()).toHaveLength(1);
	});

	it('tasks are copies without the inner life of the sandbox', async () => {
		const client = await open();
		const taskId = await client.submitted();
		const [task] = client.sandbox.tasks();
		expect(Object.keys(task ?? {})).not.toEqual(expect.arrayContaining(['account']));
		expect(Object.keys(task ?? {})).not.toEqual(expect.arrayContaining(['script']));
		if (task) task.state = 'spoiled';
		expect(client.task(taskId).state).not.toBe('spoiled');
	});

	it('faults are added, listed, fired and cleared', async () => {
		const client = await open();
		const rule = { on: 'balance', kind: 'status', status: 503, times: 'always' };
		expect((await control(client, 'POST', 'faults', rule)).data).toEqual({ rule: 1 });
		expect((await client.balance()).status).toBe(503);
		const { data } = await control(client, 'GET', 'faults');
		expect(data).toMatchObject({
			rules: [{ rule: 1, fault: rule, matched: 1, fired: 1 }],
			firings: [{ rule: 1, on: 'balance', kind: 'status' }],
		});
		expect((await control(client, 'DELETE', 'faults')).status).toBe(200);
		expect((await client.balance()).status).toBe(200);
	});

	it('the sandbox is reset', async () => {
		const client = await open();
		await client.submitted();
		expect((await control(client, 'POST', 'reset')).status).toBe(200);
		expect(client.sandbox.tasks()).toEqual([]);
	});

	it('callbacks are sent again', async () => {
		const client = await open({ timeScale: 1 });
		const receiver = await Receiver.answering(200);
		const taskId = await client.submitted('A boat', receiver.request);
		const { data } = await control(client, 'POST', 'callbacks', { taskId, times: 2 });
		expect(data).toMatchObject([{ why: 'asked', taken: true }, { why: 'asked' }]);
		expect(receiver.told.map((told) => told.taskId)).toEqual([taskId, taskId]);
		await control(client, 'POST', 'callbacks', { taskId });
		expect(receiver.received).toHaveLength(3);
	});

	it('callbacks are forged', async () => {
		const client = await open();
		const receiver = await Receiver.answering(404);
		const order = { url: receiver.url, body: [1, 'two'] };
		const { data } = await control(client, 'POST', 'callbacks', order);
		expect(data).toMatchObject({ why: 'forged', status: 404 });
		expect(receiver.received.map(({ body }) => body)).toEqual(['[1,"two"]']);
	});

	it.each<[string, unknown, string]>([
		['faults', { on: 'balance', kind: 'fire' }, 'kind: must be one of'],
		['faults', {}, 'on: '],
		['callbacks', { taskId: 'nobody' }, 'No callback for nobody'],
		['callbacks', { taskId: 'a', times: 0 }, ''],
		['callbacks', 'no JSON', ''],
	])('an order to %s that makes no sense is refused: %j', async (path, body, reason) => {
		const client = await open();
		const { status, data } = await control(client, 'POST', path, body);
		expect(status).toBe(400);
		expect(data).toContain(reason);
		expect(client.sandbox.faults.list()).toEqual([]);
	});

	it.each([
		['POST', 'stats'],
		['GET', 'reset'],
		['GET', 'keys'],
	])('there is no %s %s', async (method, path) => {
		const client = await open();
		expect((await control(client, method, path)).status).toBe(404);
		expect(client.sandbox.breaches()).toEqual([]);
	});
});
