import { CALLBACK_RETRY_DELAYS_MS } from '../../../nodes/shared/contract';
import { imageToVideo, open } from './lib/client';
import { Receiver } from './lib/receiver';

/** A callback has 1.5 s to be answered, and comes again after 1.5 s. */
const TIME = { timeScale: 20, taskTimeMs: 2_000 };

describe('A callback', () => {
	it.each(['A boat', '[sandbox: fail=NSFW]'])(
		'of "%s" tells what a read tells, once',
		async (prompt) => {
			const client = await open(TIME);
			const receiver = await Receiver.answering(200);
			const taskId = await client.submitted(prompt, receiver.request);
			const [attempt, ...more] = await client.settled(taskId, 1);
			expect(attempt).toEqual({
				at: expect.any(Number),
				why: 'end',
				url: receiver.url,
				status: 200,
				taken: true,
			});
			const [received] = receiver.received;
			expect(received).toMatchObject({ method: 'POST', type: 'application/json; charset=utf-8' });
			expect(JSON.parse(String(received?.body))).toEqual((await client.read(taskId)).data);
			await client.ended(await client.submitted('[sandbox: takes=10s]'));
			expect(more).toEqual([]);
			expect(receiver.received).toHaveLength(1);
			expect(client.sandbox.stats().callbackAttempts).toBe(1);
		},
	);

	it('is not sent in async mode', async () => {
		const client = await open(TIME);
		await client.ended(await client.submitted());
		await client.ended(await client.submitted());
		expect(client.sandbox.stats().callbackAttempts).toBe(0);
	});

	it('comes again after each pause of the service, then never; the task stays readable', async () => {
		const told: string[] = [];
		const timeScale = 200;
		const client = await open({ ...TIME, timeScale, onEvent: ({ text }) => told.push(text) });
		const receiver = await Receiver.answering(500);
		const taskId = await client.submitted('A boat', receiver.request);
		const attempts = await client.settled(taskId, 4);
		expect(attempts.map(({ why }) => why)).toEqual(['end', 'retry', 'retry', 'retry']);
		for (const attempt of attempts) expect(attempt.taken).toBe(false);
		const pauses = attempts.slice(1).map(({ at }, index) => at - Number(attempts[index]?.at));
		CALLBACK_RETRY_DELAYS_MS.forEach((delay, index) => {
			expect(pauses[index]).toBeGreaterThanOrEqual(delay / timeScale - 2);
		});
		expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
		await client.ended(await client.submitted('[sandbox: takes=60s]'));
		expect(told).toContain('callback given up');
		expect(client.task(taskId).callbacks).toHaveLength(4);
		expect((await client.read(taskId)).data.data.state).toBe('success');
	});

	it.each([204, 302, 404, 503])(
		'that is answered %d comes again, until it is 200',
		async (status) => {
			const client = await open(TIME);
			const receiver = await Receiver.answering(status, 200);
			const taskId = await client.submitted('A boat', receiver.request);
			const attempts = await client.settled(taskId, 2);
			expect(attempts.map((attempt) => [attempt.status, attempt.taken])).toEqual([
				[status, false],
				[200, true],
			]);
		},
	);

	it('that is not answered within 30 s comes again', async () => {
		const client = await open(TIME);
		const receiver = await Receiver.open((response, count) => {
			if (count > 1) response.end();
		});
		const taskId = await client.submitted('A boat', receiver.request);
		const [first, second] = await client.settled(taskId, 2);
		expect(first).toMatchObject({ status: null, taken: false, note: 'not answered in time' });
		expect(second).toMatchObject({ why: 'retry', taken: true });
	});

	it('to a server that is down is on record', async () => {
		const client = await open(TIME);
		const request = { request_type: 'callback', callback_url: 'http://127.0.0.1:1/' };
		const [attempt] = await client.settled(await client.submitted('A boat', request), 1);
		expect(attempt).toMatchObject({ status: null, taken: false });
		expect(attempt?.note).toContain('ECONNREFUSED');
	});

	it('never leaves this machine', async () => {
		const client = await open({ timeScale: 10_000 });
		const request = { request_type: 'callback', callback_url: 'https://example.com/hook' };
		const taskId = await client.submitted('[sandbox: takes=1s]', request);
		const [attempt] = await client.settled(taskId, 1);
		expect(attempt).toMatchObject({ status: null, note: 'not on this machine: not contacted' });
		await client.ended(await client.submitted('[sandbox: takes=14min]'));
		expect(client.task(taskId).callbacks).toHaveLength(1);
	});
});

describe('An early callback', () => {
	it('that is refused comes again with the same claim, and that is all', async () => {
		const client = await open(TIME);
		const receiver = await Receiver.answering(503, 200);
		const prompt = '[sandbox: callback-early, takes=10s]';
		const taskId = await client.submitted(prompt, receiver.request);
		await client.settled(taskId, 2);
		await client.ended(taskId);
		await client.ended(await client.submitted());
		expect(client.task(taskId).callbacks.map(({ why }) => why)).toEqual(['early', 'retry']);
		expect(receiver.told.map(({ state }) => state)).toEqual(['success', 'success']);
	});

	it('that had no time to be early comes at the end', async () => {
		const client = await open(TIME);
		const receiver = await Receiver.answering(200);
		const body = imageToVideo(['http://127.0.0.1:1/a.png'], {
			prompt: '[sandbox: callback-early, takes=10min]',
		});
		const { data } = await client.post({ ...body, ...receiver.request });
		const attempts = await client.settled(String(data.data?.taskId), 1);
		expect(attempts.map(({ why }) => why)).toEqual(['end']);
		expect(receiver.told).toMatchObject([{ state: 'failed', failCode: 'IMAGE_DOWNLOAD_FAILED' }]);
	});
});

describe('On demand', () => {
	it('a callback is sent again, as its task stands', async () => {
		const client = await open(TIME);
		const receiver = await Receiver.answering(200, 503);
		const prompt = '[sandbox: never-ends, state=busy]';
		const taskId = await client.submitted(prompt, receiver.request);
		const attempts = await client.sandbox.sendCallback(taskId, 2);
		expect(attempts.map(({ why, status }) => [why, status])).toEqual([
			['asked', 200],
			['asked', 503],
		]);
		expect(receiver.told[0]).toMatchObject({
			taskId,
			state: expect.stringMatching(/pending|busy/),
		});
		expect(client.task(taskId).callbacks).toEqual(attempts);
	});

	it('a callback is not sent for a task without one', async () => {
		const client = await open(TIME);
		const taskId = await client.submitted();
		await expect(client.sandbox.sendCallback(taskId)).rejects.toThrow(`No callback for ${taskId}`);
		await expect(client.sandbox.sendCallback('nobody')).rejects.toThrow('No callback for nobody');
	});

	it('anything is posted to anywhere on this machine, as a stranger could', async () => {
		const { sandbox } = await open(TIME);
		const receiver = await Receiver.answering(401);
		const attempt = await sandbox.forgeCallback(receiver.url, { any: 'thing' });
		expect(attempt).toMatchObject({ why: 'forged', status: 401, taken: false });
		await sandbox.forgeCallback(receiver.url, undefined);
		expect(receiver.received.map(({ body }) => body)).toEqual(['{"any":"thing"}', '']);
		expect((await sandbox.forgeCallback('https://example.com/', {})).status).toBeNull();
		expect(sandbox.stats().callbackAttempts).toBe(3);
	});
});
