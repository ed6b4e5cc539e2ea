import { until } from '../../harness/until';
import { storedFiles } from '../../harness/engine/binary-data';
import { generate, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf, outputsOf } from '../../harness/engine/engine';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
let executionId: string;
let runs = 0;
beforeEach(async () => {
	bench = await openBench();
	executionId = `download-${++runs}`;
});
afterEach(async () => await bench.close());

const run = async (...texts: string[]) =>
	await bench.run(apixoWorkflow(generate({ downloadVideo: true })), {
		input: prompts(...texts),
		executionId,
	});

describe('A transfer that was cut', () => {
	it('leaves nothing of itself in the store', async () => {
		bench.sandbox.faults.add({ on: 'download', kind: 'half-body' });
		const [[item] = []] = outputsOf(await run('A boat [sandbox: size=1MB]'), APIXO);
		expect(item?.binary?.data?.bytes).toBe(1_000_000);
		const clip = item?.binary?.data?.id?.split('/').at(-1);
		expect((await storedFiles(executionId)).sort()).toEqual([clip, `${clip}.metadata`]);
	});
});

describe('A server that asks for a pause', () => {
	it('is left alone for so long', async () => {
		bench.sandbox.faults.add({ on: 'download', kind: 'status', status: 503, retryAfter: 2 });
		const [item] = jsonOf(await run('A boat'), APIXO);
		expect(item?.downloadError).toBeUndefined();
		expect(Date.now() - (bench.sandbox.faults.firings[0]?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
	});
});

describe('When an item ends the node', () => {
	it('the clip that another one is fetching is given up, and nothing of it stays', async () => {
		const ended = await run(
			'Big [sandbox: takes=40s, size=50MB, slow-download=1MB]',
			'Bad [sandbox: takes=100s, fail=NSFW]',
		);
		const [big] = bench.sandbox.tasks();
		expect(ended.data.resultData.error?.message).toContain(`Other tasks of this run: ${big?.id}`);
		expect(bench.sandbox.stats().downloads).toBe(1);
		const isEmpty = async () => (await storedFiles(executionId)).length === 0;
		// The whole clip would take 50 s.
		await until(isEmpty, { what: 'an empty store', forMs: 10_000 });
		expect(await storedFiles(executionId)).toEqual([]);
	});
});
