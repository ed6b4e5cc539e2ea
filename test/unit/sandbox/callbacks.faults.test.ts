import type { CallbackAttempt, FaultRule } from '../../../sandbox';
import { FAULT_KINDS } from '../../../sandbox';
import { open } from './lib/client';
import { Receiver, type Received } from './lib/receiver';

const TIME = { timeScale: 20, taskTimeMs: 2_000 };

type Kind = FaultRule['kind'];

/** How a fault shows to the sandbox, and what the receiver got of that callback. */
const SHOWS: Partial<Record<Kind, (attempt: CallbackAttempt, got: Received | undefined) => void>> =
	{
		'reset-before': (attempt, got) => {
			expect(attempt).toMatchObject({ status: null, note: 'fault reset-before: lost on the way' });
			expect(got).toBeUndefined();
		},
		'reset-after': (attempt, got) => {
			expect(attempt.status).toBeNull();
			expect(got?.body).toContain('"code":200');
		},
		'half-body': (attempt, got) => {
			expect(attempt.status).toBeNull();
			expect(got).toBeUndefined();
		},
		endless: (attempt, got) => {
			expect(attempt).toMatchObject({ status: null, note: 'fault endless: not answered in time' });
			expect(got).toBeUndefined();
		},
		garbage: (_attempt, got) => expect(got?.body).toBe('this is {not JSON'),
		'no-data': (_attempt, got) =>
			expect(JSON.parse(String(got?.body))).toEqual({ code: 200, message: 'success' }),
		'body-code': (_attempt, got) =>
			expect(JSON.parse(String(got?.body))).toMatchObject({
				code: 500,
				data: { state: 'success' },
			}),
		'wrong-type': (_attempt, got) => {
			expect(got?.type).toBe('text/html; charset=utf-8');
			expect(got?.body).toContain('"code":200');
		},
		slow: (_attempt, got) => expect(got?.body).toContain('"code":200'),
	};

const UNHEARD: Kind[] = ['reset-before', 'reset-after', 'half-body', 'endless'];

it('Every kind of fault but a whole answer can spoil a callback', () => {
	expect([...Object.keys(SHOWS), 'status', 'reply'].sort()).toEqual(
		Object.keys(FAULT_KINDS).sort(),
	);
});

describe('A callback', () => {
	it.each(Object.keys(SHOWS) as Kind[])('can be spoiled: %s', async (kind) => {
		const client = await open(TIME);
		const receiver = await Receiver.answering(200);
		client.sandbox.faults.add({
			on: 'callback',
			kind,
			...(kind === 'slow' ? { delayMs: 60 } : {}),
		});
		const taskId = await client.submitted('A boat', receiver.request);
		const heard = !UNHEARD.includes(kind);
		const [first, second] = await client.settled(taskId, heard ? 1 : 2);
		if (!first) throw new Error('No callback was sent');
		const both = receiver.received.length === (heard ? 1 : 2);
		SHOWS[kind]?.(first, both ? receiver.received[0] : undefined);
		expect(first.note).toMatch(new RegExp(`^fault ${kind}`));
		expect(first.taken).toBe(heard);
		if (!heard) expect(second).toMatchObject({ why: 'retry', taken: true });
		expect(client.sandbox.faults.firings).toMatchObject([{ on: 'callback', kind, taskId }]);
	});

	it('that is slow comes so much later', async () => {
		const client = await open(TIME);
		let arrived = 0;
		const receiver = await Receiver.open((response) => {
			arrived = Date.now();
			response.end();
		});
		client.sandbox.faults.add({ on: 'callback', kind: 'slow', delayMs: 120 });
		const taskId = await client.submitted('A boat', receiver.request);
		await client.settled(taskId, 1);
		expect(arrived - Number(client.task(taskId).completeTime)).toBeGreaterThanOrEqual(118);
	});

	it('is spoiled for the tasks that the rule means', async () => {
		const client = await open(TIME);
		const receiver = await Receiver.answering(200);
		client.sandbox.faults.add({ on: 'callback', kind: 'wrong-type', prompt: 'second' });
		const tasks = [
			await client.submitted('The first', receiver.request),
			await client.submitted('The second', receiver.request),
		];
		const notes = tasks.map(async (id) => (await client.settled(id, 1))[0]?.note);
		expect(await Promise.all(notes)).toEqual([undefined, 'fault wrong-type']);
	});
});
