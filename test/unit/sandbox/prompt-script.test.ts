import { PROMPT_KEYS } from '../../../sandbox';
import { open, resultUrls, type Client } from './lib/client';
import { Receiver } from './lib/receiver';

/** A callback of the whole life of a task, seen from the outside. */
async function callbacksOf(client: Client, prompt: string, expected: number): Promise<string[]> {
	const receiver = await Receiver.answering(200);
	const taskId = await client.submitted(prompt, receiver.request);
	await client.ended(taskId);
	await client.settled(taskId, expected);
	return client.task(taskId).callbacks.map(({ why }) => why);
}

const dataOf = async (client: Client, prompt: string) => {
	const taskId = await client.submitted(prompt);
	await client.ended(taskId);
	return (await client.read(taskId)).data.data;
};

/** What each key does, proved by its effect. */
const EFFECTS: Record<string, (client: Client) => Promise<void>> = {
	takes: async (client) => {
		for (const [time, ms] of Object.entries({ '800ms': 800, '12s': 12_000, '2min': 120_000 })) {
			expect((await dataOf(client, `[sandbox: takes=${time}]`)).costTime).toBe(ms);
		}
	},
	fail: async (client) => {
		const failed = await dataOf(client, '[sandbox: fail=CONTENT_VIOLATION]');
		expect(failed).toMatchObject({ state: 'failed', failCode: 'CONTENT_VIOLATION' });
		expect(await dataOf(client, '[sandbox: fail=SomethingNew]')).toMatchObject({
			failCode: 'SomethingNew',
			failMsg: expect.stringContaining('SomethingNew'),
		});
		expect(client.sandbox.stats()).toMatchObject({ charges: 2, refunds: 2, refunded: 0.04 });
	},
	refuse: async (client) => {
		for (const status of [403, 503]) {
			const { status: seen, data } = await client.submit(`[sandbox: refuse=${status}]`);
			expect([seen, data.code]).toEqual([status, status]);
		}
		expect(client.sandbox.stats()).toMatchObject({ submissionsAccepted: 0, charges: 0 });
	},
	'never-ends': async (client) => {
		const taskId = await client.submitted('[sandbox: never-ends, takes=1ms]');
		await dataOf(client, '[sandbox: takes=60s]');
		expect(client.task(taskId)).toMatchObject({ state: 'processing' });
		expect(client.task(taskId).completeTime).toBeUndefined();
	},
	state: async (client) => {
		const taskId = await client.submitted('[sandbox: state=queued_again]');
		const { states } = await client.ended(taskId);
		expect(states.map(({ state }) => state)).toEqual(['pending', 'queued_again', 'success']);
	},
	'no-cost-time': async (client) => {
		expect(await dataOf(client, 'A boat')).toHaveProperty('costTime');
		expect(await dataOf(client, '[sandbox: no-cost-time]')).not.toHaveProperty('costTime');
	},
	clips: async (client) => {
		const urls = await client.clips('[sandbox: clips=3]');
		expect(new Set(urls).size).toBe(3);
		for (const url of urls) expect((await client.download(url)).status).toBe(200);
	},
	size: async (client) => {
		const [url = ''] = await client.clips('[sandbox: size=500kB]');
		expect((await client.download(url)).data).toHaveLength(500_000);
	},
	'slow-download': async (client) => {
		const [url = ''] = await client.clips('[sandbox: slow-download=30kB]');
		const started = performance.now();
		const { data } = await client.download(url);
		// Three slices of a tenth of a second each, and a little one.
		expect(performance.now() - started).toBeGreaterThanOrEqual(
			((data.length - 3_000) / 30_000) * 1e3,
		);
	},
	result: async (client) => {
		const form = async (name: string) =>
			(await dataOf(client, `[sandbox: result=${name}]`)).resultJson;
		expect(await form('string')).toMatch(/^\{"resultUrls":\["http.+"\]\}$/);
		expect(await form('object')).toEqual({ resultUrls: [expect.stringMatching(/^http/)] });
		expect(await form('empty')).toBe('');
		const broken = await form('broken');
		expect(() => void JSON.parse(String(broken))).toThrow(SyntaxError);
		expect(await form('missing')).toBeUndefined();
		expect(resultUrls({ taskId: '', state: '', resultJson: await form('no-urls') })).toEqual([]);
	},
	'no-callback': async (client) => {
		expect(await callbacksOf(client, 'A boat', 1)).toEqual(['end']);
		const receiver = await Receiver.answering(200);
		const silent = await client.submitted('[sandbox: no-callback]', receiver.request);
		await client.ended(silent);
		await callbacksOf(client, '[sandbox: takes=60s]', 1);
		expect(receiver.received).toEqual([]);
		expect(client.task(silent).callbacks).toEqual([]);
	},
	callbacks: async (client) => {
		expect(await callbacksOf(client, '[sandbox: callbacks=3]', 3)).toEqual([
			'end',
			'duplicate',
			'duplicate',
		]);
	},
	'callback-early': async (client) => {
		const receiver = await Receiver.open((response) => {
			statesThen.push(client.sandbox.tasks()[0]?.state);
			response.end();
		});
		const statesThen: Array<string | undefined> = [];
		const prompt = '[sandbox: callback-early, state=busy, takes=60s]';
		const taskId = await client.submitted(prompt, receiver.request);
		await client.ended(taskId);
		expect(statesThen).toEqual(['busy']);
		expect(receiver.told).toMatchObject([{ taskId, state: 'success' }]);
		expect(client.task(taskId).callbacks.map(({ why }) => why)).toEqual(['early']);
	},
	'callback-late': async (client) => {
		const receiver = await Receiver.answering(200);
		const taskId = await client.submitted('[sandbox: callback-late=20s]', receiver.request);
		const { completeTime = NaN } = await client.ended(taskId);
		await client.settled(taskId, 1);
		const [callback] = client.task(taskId).callbacks;
		expect(Number(callback?.at) - completeTime).toBeGreaterThanOrEqual(498);
	},
	'callback-forged': async (client) => {
		const told = async (prompt: string) => {
			const receiver = await Receiver.answering(200);
			const taskId = await client.submitted(prompt, receiver.request);
			await client.settled(taskId, 2);
			expect(client.task(taskId).callbacks.map(({ why }) => why)).toEqual(['forged', 'end']);
			return receiver.told.map((task) => [task.taskId === taskId, task.state]);
		};
		expect(await told('[sandbox: callback-forged=state]')).toEqual([
			[true, 'failed'],
			[true, 'success'],
		]);
		expect(await told('[sandbox: callback-forged=state, fail=NSFW]')).toEqual([
			[true, 'success'],
			[true, 'failed'],
		]);
		expect(await told('[sandbox: callback-forged=task]')).toEqual([
			[false, 'success'],
			[true, 'success'],
		]);
	},
};

describe('The prompt key', () => {
	it.each(PROMPT_KEYS.map(({ key }) => key))('%s does what it says', async (key) => {
		const effect = EFFECTS[key];
		if (!effect) throw new Error(`No test knows the key ${key}`);
		await effect(await open({ timeScale: 40, taskTimeMs: 20_000 }));
	});

	it.each(PROMPT_KEYS.map(({ key, value }) => (value ? `${key}=${value}` : key)))(
		'%s of the table can be used as it stands there',
		async (example) => {
			const client = await open();
			const { data } = await client.submit(`A boat [sandbox: ${example}] at sea`);
			expect(data.code).toBe(example === 'refuse=403' ? 403 : 200);
		},
	);
});

describe('A prompt script', () => {
	it('may hold several keys, in any spacing', async () => {
		const client = await open();
		const urls = await client.clips('A boat [Sandbox:takes = 5s,clips=2,  no-cost-time , ]');
		expect(urls).toHaveLength(2);
		expect(client.sandbox.tasks()).toMatchObject([{ costTime: 5_000 }]);
	});

	it('leaves a prompt without one alone', async () => {
		const client = await open();
		const { data } = await client.submit('A boat [not for the sandbox], fail=NSFW');
		expect(data.code).toBe(200);
	});

	it.each([
		['[sandbox: sleep=5s]', 'unknown key "sleep"; known are takes, '],
		['[sandbox: takes]', 'needs a value, e.g. takes=12s'],
		['[sandbox: takes=]', 'needs a value'],
		['[sandbox: takes=5]', 'units ms, s, min'],
		['[sandbox: takes=5MB]', 'units ms, s, min'],
		['[sandbox: size=5s]', 'units kb, mb, gb'],
		['[sandbox: never-ends=yes]', 'takes no value'],
		['[sandbox: clips=11]', 'whole number from 1 to 10'],
		['[sandbox: refuse=200]', 'whole number from 400 to 599'],
		['[sandbox: result=xml]', 'not one of string, object'],
		['[sandbox: state=success]', 'ended task'],
		['[sandbox: takes=1s] [sandbox: clips=2]', 'one [sandbox: …] only'],
	])('that cannot be understood is refused with the reason: %s', async (prompt, reason) => {
		const client = await open();
		const { status, data } = await client.submit(prompt);
		expect(status).toBe(400);
		expect(data.message).toContain(reason);
		expect(client.sandbox.stats()).toMatchObject({ submissionsAccepted: 0, charges: 0 });
	});
});
