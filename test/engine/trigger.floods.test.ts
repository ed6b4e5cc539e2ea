import { until } from '../../harness/until';
import { generate, manyPrompts, openBench, type Bench } from '../../harness/engine/bench';
import { N8nServer } from '../../harness/engine/n8n-server';
import { apixoWorkflow, triggerWorkflow } from '../../harness/engine/workflow';
import { KLING_MODEL } from '../../nodes/shared/contract';
import { signCallbackUrl } from '../../nodes/shared/signing';
import { callback, endedTask, send } from './lib/trigger';

let bench: Bench;
let n8n: N8nServer;
beforeEach(async () => {
	bench = await openBench();
	n8n = new N8nServer(bench.options);
	await n8n.listen();
});
afterEach(async () => {
	await bench.close();
	await n8n.close();
});

/** The URL as Generate hands it to the service. */
const signed = (url: string, metadata?: unknown) =>
	signCallbackUrl(url, KLING_MODEL, metadata, bench.sandbox.apiKey);

describe('The APIXO Trigger', () => {
	it('takes 1,000 callbacks, 50 at a time: 1,000 executions, no duplicate', async () => {
		await bench.close();
		bench = await openBench({ taskTimeMs: 1, requestsPerMinute: 100_000 });
		await n8n.close();
		n8n = new N8nServer(bench.options);
		await n8n.listen();
		const { url, started } = n8n.activate(triggerWorkflow());
		await bench.run(apixoWorkflow(generate({ waitForCompletion: false })), {
			input: manyPrompts(1000),
		});
		await until(() => bench.sandbox.tasks().every(({ state }) => state === 'success'));
		const waiting = bench.sandbox.tasks().map(({ id }) => id);
		const answers: number[] = [];
		let slowest = 0;
		await Promise.all(
			Array.from({ length: 50 }, async () => {
				for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
					const before = Date.now();
					answers.push(await send(signed(url), callback(id)));
					slowest = Math.max(slowest, Date.now() - before);
				}
			}),
		);
		expect(answers).toHaveLength(1000);
		expect(new Set(answers)).toEqual(new Set([200]));
		expect(slowest).toBeLessThan(30_000);
		expect(new Set(started.map(({ taskId }) => taskId)).size).toBe(1000);
		expect(started).toHaveLength(1000);
	}, 180_000);
});

describe('A flood of forged callbacks', () => {
	/** Sends 1,000 of them, 50 at a time; gives how often each status came. */
	async function flood(url: string): Promise<Map<number, number>> {
		const answers = new Map<number, number>();
		let left = 1000;
		await Promise.all(
			Array.from({ length: 50 }, async () => {
				while (left-- > 0) {
					const status = await send(url, callback(`task_forged_${left}`));
					answers.set(status, (answers.get(status) ?? 0) + 1);
				}
			}),
		);
		return answers;
	}

	it.each([
		['without a signature', (url: string) => url],
		[
			'with one of another key',
			(url: string) => signCallbackUrl(url, KLING_MODEL, undefined, 'another-key'),
		],
	])(
		'%s costs few reads, starts nothing, and holds no real one up',
		async (_, forged) => {
			const taskId = await endedTask(bench);
			const { url, started } = n8n.activate(triggerWorkflow());
			const before = bench.sandbox.stats().reads;
			const began = Date.now();
			const flooding = flood(forged(url));
			expect(await send(signed(url), callback(taskId))).toBe(200);
			expect(started).toHaveLength(1);
			const answers = await flooding;
			const seconds = (Date.now() - began) / 1000;
			expect([...answers.keys()].sort()).toEqual([404, 503]);
			// 30 at once, then one every five seconds; and the real one.
			expect(bench.sandbox.stats().reads - before).toBeLessThanOrEqual(30 + seconds / 5 + 2);
			expect(started).toHaveLength(1);
		},
		120_000,
	);

	it('with metadata that was not signed costs none', async () => {
		const { url } = n8n.activate(triggerWorkflow());
		const before = bench.sandbox.stats().reads;
		const answers = await flood(signCallbackUrl(url, KLING_MODEL, { row: 7 }, 'another-key'));
		expect([...answers.keys()]).toEqual([401]);
		expect(bench.sandbox.stats().reads).toBe(before);
	}, 120_000);
});
