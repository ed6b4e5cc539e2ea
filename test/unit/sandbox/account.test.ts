import { Client, open } from './lib/client';

describe('API keys', () => {
	const calls: Array<[string, (client: Client) => Promise<{ status: number; data: unknown }>]> = [
		['a submission', async (client) => await client.submit()],
		['a read', async (client) => await client.read('task_1')],
		['the balance', async (client) => await client.balance()],
	];

	it.each(calls)('that are wrong are refused for %s by the status', async (_what, call) => {
		const { sandbox } = await open();
		const { status, data } = await call(new Client(sandbox, 'wrong'));
		expect(status).toBe(401);
		expect(data).toEqual({ code: 401, message: 'Invalid API key', data: null });
	});

	it.each(calls)('that are wrong are refused for %s by the body alone', async (_what, call) => {
		const { sandbox } = await open({ unauthorizedAs: 'body' });
		const { status, data } = await call(new Client(sandbox, 'wrong'));
		expect(status).toBe(200);
		expect(data).toEqual({ code: 401, message: 'Invalid API key', data: null });
	});

	it.each([undefined, 'sandbox-key', 'Basic sandbox-key', 'Bearer', 'bearer sandbox-key'])(
		'have to come as a bearer, not as %p',
		async (Authorization) => {
			const { http } = await open();
			http.defaults.headers.Authorization = Authorization ?? null;
			expect((await http.get('/apikeys/current-balance')).status).toBe(401);
		},
	);

	it('that are wrong create nothing and cost nothing', async () => {
		const { sandbox } = await open();
		await new Client(sandbox, 'wrong').submit();
		const stats = sandbox.stats();
		expect(stats).toMatchObject({ submissionsReceived: 1, submissionsAccepted: 0, charges: 0 });
		expect(stats.statusCounts.submit).toEqual({ 401: 1 });
	});

	it('are what the options say', async () => {
		const { sandbox } = await open({ apiKey: 'mine' });
		expect(sandbox.apiKey).toBe('mine');
		expect((await new Client(sandbox, 'sandbox-key').balance()).status).toBe(401);
		expect((await new Client(sandbox, 'mine').balance()).status).toBe(200);
	});
});

describe('Money', () => {
	it('goes at acceptance, by the price', async () => {
		const client = await open({ balance: 10, pricePerTask: 0.35 });
		await client.submit('[sandbox: never-ends]');
		expect((await client.balance()).data).toEqual({ code: 200, message: 'success', data: 9.65 });
		expect(client.sandbox.balance).toBe(9.65);
		expect(client.sandbox.stats()).toMatchObject({ charges: 1, charged: 0.35, refunds: 0 });
	});

	it('that does not suffice means 402, and nothing is created', async () => {
		const client = await open({ balance: 0.05 });
		const answers = [await client.submit(), await client.submit(), await client.submit()];
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 402]);
		expect(answers[2]?.data.code).toBe(402);
		expect(client.sandbox.tasks()).toHaveLength(2);
		expect(client.sandbox.balance).toBe(0.01);
		expect(client.sandbox.breaches()).toEqual([]);
	});

	it('can be topped up', async () => {
		const client = await open({ balance: 0 });
		expect((await client.submit()).status).toBe(402);
		client.sandbox.balance = 1;
		expect((await client.submit()).status).toBe(200);
	});

	it('of a failed task comes back, and stays gone for a successful one', async () => {
		const client = await open({ balance: 1 });
		const failed = await client.ended(await client.submitted('[sandbox: fail=NSFW]'));
		const made = await client.ended(await client.submitted());
		expect(failed.charge).toMatchObject({ amount: 0.02, refundedAt: expect.any(Number) });
		expect(made.charge.refundedAt).toBeUndefined();
		expect(client.sandbox.stats()).toMatchObject({
			charges: 2,
			charged: 0.04,
			refunds: 1,
			refunded: 0.02,
		});
		expect((await client.balance()).data.data).toBe(0.98);
	});
});

describe('Accounts', () => {
	it('do not see the tasks of one another', async () => {
		const client = await open({ otherApiKeys: ['other'] });
		const other = new Client(client.sandbox, 'other');
		const taskId = await client.submitted();
		const { status, data } = await other.read(taskId);
		expect([status, data.code]).toEqual([404, 404]);
		expect((await client.read(taskId)).status).toBe(200);
		expect(client.sandbox.stats()).toMatchObject({ reads: 2, readsByTask: { [taskId]: 1 } });
	});

	it('have money of their own', async () => {
		const client = await open({ otherApiKeys: ['other'], balance: 1 });
		const other = new Client(client.sandbox, 'other');
		await other.submit();
		expect((await client.balance()).data.data).toBe(1);
		expect((await other.balance()).data.data).toBe(0.98);
		expect(client.sandbox.tasks()[0]?.apiKey).toBe('other');
	});

	it('do not know tasks that nobody has', async () => {
		const client = await open();
		const { status, data } = await client.read('task_unknown');
		expect([status, data.code]).toEqual([404, 404]);
		expect(client.sandbox.breaches()).toEqual([]);
	});
});
