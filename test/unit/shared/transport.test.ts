import type { IHttpRequestOptions } from 'n8n-workflow';

import { connect, type Connection } from '../../../nodes/shared/transport';
import { contextSending, KEY } from '../lib/context';
import { VirtualClock } from '../lib/virtual-clock';

const READ = { method: 'GET', path: '/statusTask/x', query: { taskId: 't1' } } as const;

async function connection(...args: Parameters<typeof contextSending>): Promise<Connection> {
	const connected = await connect(contextSending(...args), new VirtualClock());
	if (connected.kind === 'problem') throw new Error(connected.problem.message);
	return connected;
}

const answering = async (body: unknown) =>
	await (await connection(() => ({ statusCode: 200, headers: {}, body }))).http(READ);

const failing = async (error: unknown) =>
	await (
		await connection(() => {
			throw error;
		})
	).http(READ);

const failureOf = (code: string) => Object.assign(new Error('failed'), { code });

describe('A call', () => {
	it('goes to the base URL, follows no redirect and takes every status for an answer', async () => {
		const sent: IHttpRequestOptions[] = [];
		const credential = { apiKey: KEY, baseUrl: ' https://api.example/v1// ' };
		const { http, baseUrl } = await connection((options) => {
			sent.push(options);
			return { statusCode: 418, headers: { a: 'b' }, body: 'teapot' };
		}, credential);
		expect(await http(READ)).toEqual({ status: 418, headers: { a: 'b' }, body: 'teapot' });
		expect(baseUrl).toBe('https://api.example/v1');
		expect(sent[0]).toMatchObject({
			url: 'https://api.example/v1/statusTask/x',
			qs: { taskId: 't1' },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
			sendCredentialsOnCrossOriginRedirect: false,
		});
		expect(JSON.stringify(sent)).not.toContain(KEY);
	});

	it("that failed tells how, through n8n's wrapping, and whether anything was sent", async () => {
		const refused = failureOf('ECONNREFUSED');
		const came = { failure: 'refused', maybeReceived: false };
		expect(await failing(new Error('a', { cause: { cause: refused } }))).toEqual(came);
		const lost = { failure: 'lost', maybeReceived: true };
		expect(await failing(failureOf('ECONNRESET'))).toEqual(lost);
	});

	it('that takes more than 30 s is cut, whatever n8n thinks of time-outs', async () => {
		const clock = new VirtualClock();
		const never = contextSending(
			async (_, signal) =>
				await new Promise((_resolve, reject) =>
					signal.addEventListener('abort', () => reject(failureOf('ERR_CANCELED'))),
				),
		);
		const connected = await connect(never, clock);
		if (connected.kind === 'problem') throw new Error(connected.problem.message);
		const came = await clock.run(connected.http(READ));
		expect(came).toEqual({ failure: 'time-out', maybeReceived: true });
		expect(clock.elapsed).toBe(30_000);
	});

	it.each([
		['a read', READ, 'time-out'],
		['an order', { ...READ, method: 'POST' }, 'an answer'],
		['the read that an order needs', { ...READ, isPartOfOrder: true }, 'an answer'],
	] as const)('of an execution that is stopped: %s ends with %s', async (_, request, end) => {
		const clock = new VirtualClock();
		const slow = contextSending(
			async (__, signal) =>
				await new Promise((resolve, reject) => {
					signal.addEventListener('abort', () => reject(failureOf('ERR_CANCELED')));
					clock.at(10_000, () => resolve({ statusCode: 200, headers: {}, body: 'an answer' }));
				}),
		);
		const connected = await connect(slow, clock);
		if (connected.kind === 'problem') throw new Error(connected.problem.message);
		clock.at(5_000, () => clock.stop());
		const came = await clock.run(connected.http(request));
		expect('failure' in came ? came.failure : came.body).toBe(end);
	});

	it('has the headers that belong to its request, beside its own', async () => {
		const sent: IHttpRequestOptions[] = [];
		const { http } = await connection((options) => {
			sent.push(options);
			return { statusCode: 200, headers: {}, body: {} };
		});
		await http({ ...READ, headers: { 'Idempotency-Key': 'batch-7' } });
		await http(READ);
		expect(sent.map(({ headers }) => headers)).toEqual([
			{ Accept: 'application/json', 'Idempotency-Key': 'batch-7' },
			{ Accept: 'application/json' },
		]);
	});
});

describe('The key never comes back', () => {
	it.each([
		['in a text', `Bearer ${KEY} is wrong`, 'Bearer *** is wrong'],
		['deep inside', { data: [{ error: `${KEY}${KEY}` }] }, { data: [{ error: '******' }] }],
	])('%s', async (_, body, expected) => {
		expect(await answering(body)).toMatchObject({ body: expected });
	});

	it('while everything else of an answer stays as it is', async () => {
		const body = { code: 200, data: { list: [1, null, true, 'x'], none: undefined } };
		expect(await answering(body)).toMatchObject({ body });
	});

	it('even a key that could be taken for JSON leaves the answer whole', async () => {
		const body = { code: 200, data: { createTime: 1767965610000, taskId: 't\n1', error: 'n1' } };
		for (const apiKey of ['1767965', '"code"', 'n1', 'taskId', '200,"data"']) {
			const { http } = await connection(() => ({ statusCode: 200, headers: {}, body }), {
				apiKey,
				baseUrl: 'https://api.example',
			});
			expect(await http(READ)).toEqual({ status: 200, headers: {}, body });
		}
	});

	it('in the text of a failure', async () => {
		expect(JSON.stringify(await failing(new Error(`Bearer ${KEY}`)))).not.toContain(KEY);
	});
});

describe('A base URL', () => {
	it.each(['', 'api.example', 'ftp://api.example', undefined, 42])(
		'of %p is refused',
		async (baseUrl) => {
			const context = contextSending(() => ({}), { apiKey: KEY, baseUrl });
			const problem = await connect(context, new VirtualClock());
			expect(problem).toMatchObject({
				problem: { message: expect.stringContaining("'Base URL'") },
			});
			expect(JSON.stringify(problem)).not.toContain(KEY);
		},
	);
});
