/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';

import { MAX_CONCURRENT_TASKS } from '../../../nodes/shared/contract';
import { Client, open } from './lib/client';

/** At this scale the minute of the rate limit outlasts every test. */
const SLOW = 1;

describe('The rate limit', () => {
	it('counts submissions and reads of a key together, and nothing else', async () => {
		const client = await open({ timeScale: SLOW, requestsPerMinute: 3 });
		const taskId = await client.submitted();
		expect((await client.read(taskId)).status).toBe(200);
		for (let call = 0; call < 5; call++) expect((await client.balance()).status).toBe(200);
		expect((await client.read(taskId)).status).toBe(200);
		const refused = await client.read(taskId);
		expect([refused.status, refused.data.code]).toEqual([429, 429]);
		expect((await client.submit()).status).toBe(429);
		const stats = client.sandbox.stats();
		expect(stats.tooManyRequests).toEqual({
			submit: { rate: 1, concurrency: 0 },
			read: { rate: 1 },
		});
		expect(stats).toMatchObject({ submissionsReceived: 2, submissionsAccepted: 1, charges: 1 });
		expect(stats.statusCounts).toMatchObject({
			submit: { 200: 1, 429: 1 },
			read: { 200: 2, 429: 1 },
		});
		expect(client.sandbox.breaches()).toEqual([]);
	});

	it('is each key’s own', async () => {
		const client = await open({
			timeScale: SLOW,
			requestsPerMinute: 1,
			otherApiKeys: ['other'],
		});
		await client.submit();
		expect((await client.submit()).status).toBe(429);
		expect((await new Client(client.sandbox, 'other').submit()).status).toBe(200);
	});

	it('makes room when the scaled minute is over, however often it was asked', async () => {
		const client = await open({ timeScale: 150, requestsPerMinute: 2 });
		const started = performance.now();
		await client.submit();
		await client.submit();
		let answer = await client.submit();
		for (; answer.status === 429; answer = await client.submit()) await sleep(5);
		expect(answer.status).toBe(200);
		expect(performance.now() - started).toBeGreaterThanOrEqual(60_000 / 150);
	});
});

describe('The limit of concurrent tasks', () => {
	it('refuses the task above it, and makes room when one ends', async () => {
		const client = await open({ concurrentTasks: 2 });
		await client.submit('[sandbox: never-ends]');
		const taskId = await client.submitted('[sandbox: takes=300s]');
		const refused = await client.submit();
		expect([refused.status, refused.data.code]).toEqual([429, 429]);
		await client.ended(taskId);
		expect((await client.submit()).status).toBe(200);
		const stats = client.sandbox.stats();
		expect(stats.tooManyRequests.submit).toEqual({ rate: 0, concurrency: 1 });
		expect(stats).toMatchObject({ maxConcurrent: 2, submissionsAccepted: 3, charges: 3 });
	});

	it('makes room when a task fails', async () => {
		const client = await open({ concurrentTasks: 1 });
		await client.ended(await client.submitted('[sandbox: fail=NSFW]'));
		expect((await client.submit()).status).toBe(200);
	});

	it('is each key’s own', async () => {
		const client = await open({ concurrentTasks: 1, otherApiKeys: ['other'] });
		await client.submit('[sandbox: never-ends]');
		expect((await client.submit()).status).toBe(429);
		expect((await new Client(client.sandbox, 'other').submit()).status).toBe(200);
		expect(client.sandbox.stats().maxConcurrent).toBe(1);
	});

	it(`is ${MAX_CONCURRENT_TASKS} by default`, async () => {
		const client = await open({ taskTimeMs: 1e9 });
		const submissions = Array.from({ length: MAX_CONCURRENT_TASKS + 1 }, () => client.submit());
		const statuses = (await Promise.all(submissions)).map(({ status }) => status);
		expect(statuses.filter((status) => status === 200)).toHaveLength(MAX_CONCURRENT_TASKS);
		expect(statuses.filter((status) => status === 429)).toHaveLength(1);
	});
});

describe('Retry-After beside 429', () => {
	const refusedWith = async (retryAfter: 'none' | 'seconds' | 'date', timeScale: number) => {
		const client = await open({ retryAfter, timeScale, requestsPerMinute: 1 });
		await client.submit();
		const { status, headers } = await client.submit();
		expect(status).toBe(429);
		return headers['retry-after'] as string | undefined;
	};

	it('is left out', async () => {
		expect(await refusedWith('none', 1)).toBeUndefined();
	});

	it.each([
		[1, 60],
		[10, 6],
	])('is in seconds of the client, at %d times the speed', async (timeScale, seconds) => {
		const value = await refusedWith('seconds', timeScale);
		expect(value).toMatch(/^\d+$/);
		expect(Number(value)).toBeGreaterThan(seconds / 2);
		expect(Number(value)).toBeLessThanOrEqual(seconds);
	});

	it('is a date that is not too early', async () => {
		const before = Date.now();
		const value = await refusedWith('date', 1);
		expect(value).toMatch(/ GMT$/);
		expect(Date.parse(String(value))).toBeGreaterThanOrEqual(before + 30_000);
		expect(Date.parse(String(value))).toBeLessThanOrEqual(Date.now() + 61_000);
	});

	it('comes with the limit of concurrent tasks too', async () => {
		const client = await open({ retryAfter: 'seconds', concurrentTasks: 0 });
		expect((await client.submit()).headers['retry-after']).toBe('1');
	});
});
