/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Sandbox } from '../../../sandbox';
import { startSandbox } from '../../../sandbox';
import { brokenBy, imageToVideo, open, type Client } from './lib/client';
import { until } from '../../../harness/until';
import { Receiver } from './lib/receiver';

/** Sets going all that can be under way: each of these never ends by itself, or in half a minute. */
async function setGoing(
	client: Client,
): Promise<{ requests: Array<Promise<string>>; news: number }> {
	const refusing = await Receiver.answering(500);
	const silent = await Receiver.open(() => {});
	const { sandbox } = client;
	const [url = ''] = await client.clips('[sandbox: slow-download=1kB, size=1MB, takes=1ms]');
	const callback = await client.submitted('[sandbox: takes=1ms]', refusing.request);
	await client.settled(callback, 1);
	await client.submitted('[sandbox: takes=1ms]', silent.request);
	await client.post(imageToVideo([silent.url], { prompt: '[sandbox: takes=10ms]' }));
	await client.submitted('[sandbox: never-ends]');
	sandbox.faults.add({ on: 'balance', kind: 'slow', delayMs: 1e6 });
	sandbox.faults.add({ on: 'balance', kind: 'endless' });
	const requests = [client.balance(), client.balance(), client.download(url)].map(brokenBy);
	await until(() => silent.received.length === 2);
	await until(() => sandbox.faults.firings.length === 2 && sandbox.stats().downloads === 1);
	return { requests, news: refusing.received.length };
}

const active = (what: RegExp) =>
	process.getActiveResourcesInfo().filter((name) => what.test(name)).length;

describe('A reset', () => {
	it('forgets tasks, counts, faults, breaches and money', async () => {
		const client = await open({ balance: 5, requestsPerMinute: 3 });
		const { sandbox } = client;
		const fresh = sandbox.stats();
		const taskId = await client.submitted();
		await client.submit('');
		await client.read(taskId);
		await client.submit();
		sandbox.faults.add({ on: 'balance', kind: 'status', times: 'always' });
		await client.balance();
		sandbox.reset();
		expect(sandbox.stats()).toEqual(fresh);
		expect(sandbox.tasks()).toEqual([]);
		expect(sandbox.breaches()).toEqual([]);
		expect(sandbox.faults.list()).toEqual([]);
		expect(sandbox.faults.firings).toEqual([]);
		expect((await client.balance()).data.data).toBe(5);
		expect((await client.read(taskId)).status).toBe(404);
		expect((await client.submit()).status).toBe(200);
	});

	it('drops what is under way, and says nothing more of it', async () => {
		const told: string[] = [];
		const client = await open({ timeScale: 1, onEvent: ({ text }) => told.push(text) });
		const { requests } = await setGoing(client);
		const before = told.length;
		client.sandbox.reset();
		for (const outcome of await Promise.all(requests)) expect(outcome).not.toBe('answered');
		await client.ended(await client.submitted('[sandbox: takes=50ms]'));
		const after = told
			.slice(before)
			.filter((text) => !/^(submitted|charged|processing|success)/.test(text));
		expect(after).toEqual([]);
		expect(client.sandbox.stats()).toMatchObject({ callbackAttempts: 0, refunds: 0 });
	});
});

describe('The end', () => {
	it('leaves no timer and no connection behind', async () => {
		const [timers, connections] = [active(/Timeout/), active(/TCP/)];
		const client = await open({ timeScale: 1 });
		const { requests } = await setGoing(client);
		expect(active(/Timeout/)).toBeGreaterThan(timers + 3);
		expect(active(/TCP/)).toBeGreaterThan(connections + 3);
		await client.sandbox.close();
		await Promise.all(requests);
		// The receivers of this test: two that listen.
		await until(() => active(/TCP/) <= connections + 2);
		// A callback that was broken off must not have begun its pause before the next one.
		await sleep(100);
		expect(active(/Timeout/)).toBeLessThanOrEqual(timers);
	});

	it('frees the port, and may come twice', async () => {
		const sandbox: Sandbox = await startSandbox();
		const port = Number(new URL(sandbox.origin).port);
		await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
		await sandbox.close();
		await sandbox.close();
		const again = await startSandbox({ port });
		expect(again.baseUrl).toBe(`http://127.0.0.1:${port}/api/v1`);
		await again.close();
	});
});

it.each([0, -1, NaN])('A time scale of %d is refused', async (timeScale) => {
	await expect(startSandbox({ timeScale })).rejects.toThrow('timeScale');
});
