import type { AxiosResponse } from 'axios';

import { FAULT_KINDS, type FaultRule } from '../../../sandbox';
import { brokenBy, leaving, open, textToVideo } from './lib/client';
import { until } from '../../../harness/until';

type Kind = FaultRule['kind'];

const lost = async (call: Promise<unknown>) =>
	expect(await brokenBy(call)).toMatch(/^(ECONNRESET|ERR_BAD_RESPONSE)$/);

/** How each kind shows to a client; `call` makes the request, whose right answer is JSON. */
const SHOWS: Record<Kind, (call: () => Promise<AxiosResponse<unknown>>) => Promise<void>> = {
	status: async (call) => {
		const { status, data } = await call();
		expect(status).toBe(500);
		expect(data).toEqual({ code: 500, message: 'Status 500 on demand', data: null });
	},
	'body-code': async (call) => {
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toEqual({ code: 500, message: 'Internal error', data: null });
	},
	'reset-before': async (call) => await lost(call()),
	'reset-after': async (call) => await lost(call()),
	garbage: async (call) => {
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toMatch(/^\0.*not what you asked for/);
	},
	'no-data': async (call) => {
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toEqual({ code: 200, message: 'success' });
	},
	'half-body': async (call) => await lost(call()),
	endless: async (call) => expect(await brokenBy(call())).toBe('ERR_CANCELED'),
	slow: async (call) => {
		const started = performance.now();
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toMatchObject({ code: 200, data: { taskId: expect.any(String) } });
		expect(performance.now() - started).toBeGreaterThanOrEqual(98);
	},
	reply: async (call) => {
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toMatchObject({ code: 200, data: { taskId: expect.any(String) } });
	},
	'wrong-type': async (call) => {
		const { status, data, headers } = await call();
		expect(status).toBe(200);
		expect(headers['content-type']).toBe('text/html');
		expect(data).toMatchObject({ code: 200, data: { taskId: expect.any(String) } });
	},
};

const KINDS = Object.keys(SHOWS) as Kind[];
const config = (kind: Kind) => (kind === 'endless' ? leaving(1_000) : {});
const rule = (kind: Kind) => {
	if (kind === 'reply') return { kind, json: { code: 200, data: { taskId: '{taskId}' } } };
	return kind === 'slow' ? { kind, delayMs: 100 } : { kind };
};
const SENT: Kind[] = ['status', 'body-code', 'garbage', 'no-data', 'slow', 'reply', 'wrong-type'];

it('Every kind of fault is known to these tests', () => {
	expect(KINDS.sort()).toEqual(Object.keys(FAULT_KINDS).sort());
});

describe.each(KINDS)('The fault %s', (kind) => {
	const { accepts, choosesAccepts } = FAULT_KINDS[kind];

	it(`shows on a submission, and ${accepts ? 'creates and charges' : 'creates nothing'}`, async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'submit', ...rule(kind) });
		await SHOWS[kind](() => client.post(textToVideo(), config(kind)));
		expect(client.sandbox.tasks()).toHaveLength(accepts ? 1 : 0);
		expect(client.sandbox.stats()).toMatchObject({
			submissionsReceived: kind === 'reset-before' ? 0 : 1,
			charges: accepts ? 1 : 0,
			charged: accepts ? 0.02 : 0,
		});
		const [firing] = client.sandbox.faults.firings;
		expect(firing).toMatchObject({ rule: 1, on: 'submit', kind });
		const created = { taskId: client.sandbox.tasks()[0]?.id, charged: 0.02 };
		expect(firing?.created).toEqual(accepts ? created : undefined);
		expect((await client.submit()).data.code).toBe(200);
	});

	it('shows on a read, and spares the next one', async () => {
		const client = await open();
		const taskId = await client.submitted('[sandbox: never-ends]');
		client.sandbox.faults.add({ on: 'read', ...rule(kind) });
		await SHOWS[kind](() => client.read(taskId, config(kind)));
		expect((await client.read(taskId)).data.data.taskId).toBe(taskId);
		const { statusCounts, charges } = client.sandbox.stats();
		expect(charges).toBe(1);
		const counted = SENT.includes(kind) ? (kind === 'status' ? '500' : '200') : kind;
		expect(Object.keys(statusCounts.read).sort()).toEqual([...new Set(['200', counted])].sort());
		expect(client.sandbox.faults.firings).toMatchObject([{ on: 'read', kind, taskId }]);
	});

	it(`${choosesAccepts ? 'takes' : 'does not take'} orders about accepting`, async () => {
		const client = await open();
		const order = { on: 'submit', ...rule(kind), accepts: !accepts } as const;
		if (!choosesAccepts) {
			expect(() => client.sandbox.faults.add(order)).toThrow('settles this itself');
			return;
		}
		client.sandbox.faults.add(order);
		await SHOWS[kind](() => client.post(textToVideo()));
		expect(client.sandbox.tasks()).toHaveLength(accepts ? 0 : 1);
		expect(client.sandbox.stats().submissionsReceived).toBe(1);
	});
});

describe('The fault status', () => {
	it.each([
		['json', 'application/json; charset=utf-8', /^\{"code":503/],
		['html', 'text/html', /^<html>/],
		['text', 'text/plain; charset=utf-8', /^Busy$/],
		['empty', undefined, /^$/],
	] as const)('can come as %s', async (body, type, shown) => {
		const client = await open();
		client.sandbox.faults.add({
			on: 'balance',
			kind: 'status',
			status: 503,
			body,
			message: 'Busy',
			retryAfter: 7,
		});
		const answer = await client.http.get<string>('/apikeys/current-balance', {
			responseType: 'text',
			transformResponse: (raw: string) => raw,
		});
		expect(answer.status).toBe(503);
		expect(answer.headers['content-type']).toBe(type);
		expect(answer.headers['retry-after']).toBe('7');
		expect(answer.data).toMatch(shown);
	});

	it('can name a code of its own in the body', async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'balance', kind: 'body-code', code: 402, message: 'Low' });
		expect((await client.balance()).data).toEqual({ code: 402, message: 'Low', data: null });
	});
});

describe('A client that goes away', () => {
	it('before a slow answer does no harm', async () => {
		const client = await open();
		client.sandbox.faults.add({ on: 'balance', kind: 'slow', delayMs: 600 });
		await brokenBy(client.http.get('/apikeys/current-balance', leaving(300)));
		client.sandbox.faults.add({ on: 'balance', kind: 'slow', delayMs: 700 });
		expect((await client.balance()).status).toBe(200);
		await until(() => client.sandbox.stats().statusCounts.balance['200'] === 2);
	});
});
