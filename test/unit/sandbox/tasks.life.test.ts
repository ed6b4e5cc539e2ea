/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import http from 'node:http';

import { KLING_MODEL, USUAL_TIME_MS } from '../../../nodes/shared/contract';
import type { SandboxEvent, SandboxTask } from '../../../sandbox';
import { open, resultUrls } from './lib/client';
import { until } from '../../../harness/until';

const statesOf = ({ states }: SandboxTask) => states.map(({ state }) => state);

describe('A task', () => {
	it('is pending at first', async () => {
		const client = await open({ timeScale: 1 });
		const taskId = await client.submitted();
		const { data } = (await client.read(taskId)).data;
		expect(data).toEqual({ taskId, state: 'pending', createTime: expect.any(Number) });
	});

	it('is processing then', async () => {
		const client = await open();
		const taskId = await client.submitted('[sandbox: never-ends]');
		await until(() => client.task(taskId).state !== 'pending');
		const { data } = (await client.read(taskId)).data;
		expect(data).toEqual({ taskId, state: 'processing', createTime: expect.any(Number) });
	});

	it('comes with its result in the end, and has counted its reads', async () => {
		const client = await open({ timeScale: 100 });
		const taskId = await client.submitted('[sandbox: takes=20s]');
		await client.read(taskId);
		const { createTime, completeTime } = await client.ended(taskId);
		const { status, data } = await client.read(taskId);
		expect(status).toBe(200);
		expect(data).toEqual({
			code: 200,
			message: 'success',
			data: {
				taskId,
				state: 'success',
				createTime,
				completeTime,
				costTime: 20_000,
				resultJson: expect.any(String),
			},
		});
		expect(resultUrls(data.data)).toHaveLength(1);
		expect(Number(completeTime) - createTime).toBeGreaterThanOrEqual(199);
		expect(client.sandbox.stats().readsByTask).toEqual({ [taskId]: 2 });
	});

	it('that fails still answers 200, with the reason and no result', async () => {
		const client = await open();
		const taskId = await client.submitted('[sandbox: fail=CONTENT_VIOLATION]');
		const { createTime, completeTime, costTime } = await client.ended(taskId);
		const { status, data } = await client.read(taskId);
		expect(status).toBe(200);
		expect(data).toEqual({
			code: 200,
			message: 'success',
			data: {
				taskId,
				state: 'failed',
				createTime,
				completeTime,
				costTime,
				failCode: 'CONTENT_VIOLATION',
				failMsg: 'Content violates usage policy',
			},
		});
	});

	it('has a second round now and then, always in the order of states', async () => {
		const client = await open({ concurrentTasks: 100, taskTimeMs: 20_000 });
		const ids = await Promise.all(Array.from({ length: 50 }, () => client.submitted()));
		const lives = await Promise.all(ids.map(async (id) => statesOf(await client.ended(id))));
		const long = ['pending', 'processing', 'processing_r2', 'success'];
		const short = ['pending', 'processing', 'success'];
		for (const life of lives) expect([long, short]).toContainEqual(life);
		expect(lives).toContainEqual(long);
		expect(lives).toContainEqual(short);
	});

	it.each([5, 10] as const)('of %d s takes as long as the service says', async (duration) => {
		const client = await open({ timeScale: 1 });
		for (let count = 0; count < 20; count++) await client.submit('A boat', {}, { duration });
		const times = client.sandbox.tasks().map(({ costTime }) => costTime);
		const [shortest, longest] = USUAL_TIME_MS[KLING_MODEL][duration];
		expect(Math.min(...times)).toBeGreaterThanOrEqual(shortest);
		expect(Math.max(...times)).toBeLessThanOrEqual(longest);
		expect(new Set(times).size).toBeGreaterThan(10);
	});

	it('takes the same time in a second sandbox with the same seed', async () => {
		const timesWith = async (seed: number) => {
			const client = await open({ timeScale: 1, seed });
			for (let count = 0; count < 5; count++) await client.submit();
			return client.sandbox.tasks().map(({ costTime }) => costTime);
		};
		expect(await timesWith(7)).toEqual(await timesWith(7));
		expect(await timesWith(7)).not.toEqual(await timesWith(8));
	});

	it('takes the time that the options give every task', async () => {
		const client = await open({ taskTimeMs: 5_000 });
		expect((await client.ended(await client.submitted())).costTime).toBe(5_000);
	});

	it('may run for longer than Node can wait at once', async () => {
		const client = await open({ timeScale: 1 });
		const taskId = await client.submitted('[sandbox: takes=999999min]');
		const paid = await client.submitted('[sandbox: takes=1ms]');
		await client.ended(paid);
		expect(statesOf(client.task(taskId))).toEqual(['pending']);
	});

	it('is reached under the name that its client knows the sandbox by', async () => {
		const client = await open();
		const taskId = await client.submitted();
		await client.ended(taskId);
		const { data } = await client.read(taskId, { headers: { Host: 'host.docker.internal:4010' } });
		expect(resultUrls(data.data)[0]).toMatch(/^http:\/\/host\.docker\.internal:4010\/clips\//);
	});
});

describe('Events', () => {
	it('tell the life of a task in order', async () => {
		const events: SandboxEvent[] = [];
		const client = await open({ onEvent: (event) => events.push(event) });
		const taskId = await client.submitted('[sandbox: fail=NSFW, state=busy]');
		await client.ended(taskId);
		await client.read(taskId);
		expect(events.every((event) => event.taskId === taskId)).toBe(true);
		expect(events.map(({ type }) => type)).toEqual([
			'submitted',
			'charged',
			'state',
			'state',
			'refunded',
			'read',
		]);
		expect(events.map(({ text }) => text).slice(2)).toEqual([
			'busy',
			'failed',
			'NSFW: $0.02 given back',
			'read: failed',
		]);
	});

	it('tell of refusals, breaches and faults', async () => {
		const events: string[] = [];
		const client = await open({ onEvent: ({ type }) => events.push(type), concurrentTasks: 0 });
		await client.read('nobody');
		await client.submit();
		await client.submit('');
		client.sandbox.faults.add({ on: 'balance', kind: 'garbage' });
		await client.balance();
		expect(events).toEqual(['refused', 'refused', 'breach', 'fault']);
	});

	it('are printed by a verbose sandbox', async () => {
		const print = jest.spyOn(console, 'log').mockImplementation(() => {});
		const client = await open({ verbose: true });
		const taskId = await client.submitted();
		expect(print).toHaveBeenCalledWith(expect.stringMatching(new RegExp(`${taskId}  submitted`)));
		print.mockRestore();
	});
});

describe('5,000 tasks, read 300 times', () => {
	it('cost a timer each and nothing more, and are counted to the last', async () => {
		const tasks = 5_000;
		const reads = 300;
		const client = await open({
			// Slow, so that on a busy machine, too, no task ends before the last is there.
			timeScale: 0.1,
			concurrentTasks: tasks,
			requestsPerMinute: tasks + reads,
		});
		const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
		client.http.defaults.httpAgent = agent;
		const timers = () =>
			process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
		const before = timers();
		const ids = await Promise.all(Array.from({ length: tasks }, () => client.submitted()));
		const answers = await Promise.all(ids.slice(0, reads).map((id) => client.read(id)));
		agent.destroy();
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
		expect(new Set(ids).size).toBe(tasks);
		expect(client.sandbox.stats()).toMatchObject({
			submissionsReceived: tasks,
			submissionsAccepted: tasks,
			charges: tasks,
			charged: 100,
			reads,
			maxConcurrent: tasks,
			statusCounts: { submit: { 200: tasks }, read: { 200: reads } },
		});
		expect(client.sandbox.balance).toBe(0);
		expect(timers() - before).toBeGreaterThanOrEqual(tasks);
		expect(timers() - before).toBeLessThan(tasks + 100);
		expect((await client.read(ids[0] ?? '')).status).toBe(429);
	}, 120_000);
});
