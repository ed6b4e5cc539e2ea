/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createRequire } from 'module';

import type * as BackendCommon from '@n8n/backend-common';
import { DataDeduplicationService } from 'n8n-core';
import type { IRun } from 'n8n-workflow';

import { generate, manyPrompts, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf, retryOf } from '../../harness/engine/engine';
import { ProcessedData } from '../../harness/engine/processed-data';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { until } from '../../harness/until';

const { Logger } = createRequire(require.resolve('n8n-core'))(
	'@n8n/backend-common',
) as typeof BackendCommon;

let bench: Bench;
let database: ProcessedData;
const inUse = {
	checkProcessedAndRecord: (...args: Parameters<ProcessedData['checkProcessedAndRecord']>) =>
		database.checkProcessedAndRecord(...args),
	removeProcessed: (...args: Parameters<ProcessedData['removeProcessed']>) =>
		database.removeProcessed(...args),
	clearAllProcessedItems: (...args: Parameters<ProcessedData['clearAllProcessedItems']>) =>
		database.clearAllProcessedItems(...args),
	getProcessedDataCount: (...args: Parameters<ProcessedData['getProcessedDataCount']>) =>
		database.getProcessedDataCount(...args),
};
beforeAll(async () => await DataDeduplicationService.init(inUse));

/** What this process knows of marks goes by the node's id, so each test has a node of its own. */
let nodes = 0;
beforeEach(async () => {
	bench = await openBench();
	database = new ProcessedData();
	nodes++;
});
afterEach(async () => {
	jest.restoreAllMocks();
	await bench.close();
});

const workflow = (parameters = generate(), more = {}) => {
	const file = apixoWorkflow(parameters, more);
	const ids = file.nodes.map((node) => ({ ...node, id: `${node.name} ${nodes}` }));
	return { ...file, nodes: ids };
};
/** What n8n's log says of orders, on this level. */
const logOf = (level: 'info' | 'warn') => {
	const said = jest.spyOn(Logger.prototype, level);
	return () => said.mock.calls.map(([text]) => text).filter((text) => text.includes('APIXO'));
};
const errorOf = (run: IRun) => run.data.resultData.error;
const submitted = () => bench.sandbox.stats().submissionsReceived;

/** What an n8n that was killed leaves: the marks of its orders, and nothing in the execution. */
async function killed(file: ReturnType<typeof workflow>, input: ReturnType<typeof prompts>) {
	const running = await bench.start(file, { input, executionId: 'killed' });
	await until(() => submitted() === input.length && bench.sandbox.tasks().length === input.length);
	running.stop();
	await running.done;
}

describe('An execution whose n8n was killed', () => {
	it('orders nothing again when it is retried, and says how to get unstuck', async () => {
		const file = workflow(generate({}, { timeout: 60 }));
		const input = manyPrompts(3, '[sandbox: takes=600s]');
		const log = logOf('info');
		await killed(file, input);
		const retry = await bench.run(file, { input, executionId: 'retry', mode: 'retry' });
		expect(log()[0]).toBe('APIXO ordering, for execution killed, node "APIXO": items 0-2');
		const accepted = /APIXO accepted, for execution killed, node "APIXO": .*\(item 2\)/;
		await until(() => log().some((text) => accepted.test(text)));
		expect(errorOf(retry)?.message).toContain('may or may not have been submitted');
		expect(errorOf(retry)?.description).toContain('"APIXO accepted"');
		expect(submitted()).toBe(3);
	});

	it('not even where its prompt gives the time', async () => {
		const file = workflow(
			generate({ prompt: '=A cat at {{ $now.toMillis() }} [sandbox: takes=600s]' }),
		);
		const input = manyPrompts(1);
		await killed(file, input);
		const retry = await bench.run(file, { input, executionId: 'retry', mode: 'retry' });
		expect(errorOf(retry)?.message).toContain('may or may not have been submitted');
		expect(submitted()).toBe(1);
	});

	it('not even where its items are fewer now, and come in another order', async () => {
		const file = workflow(generate({}, { timeout: 60 }));
		const input = manyPrompts(3, '[sandbox: takes=600s]');
		await killed(file, input);
		const [first, , third] = input;
		const fewer = [third, first].flatMap((item) => item ?? []);
		const retry = await bench.run(file, { input: fewer, executionId: 'retry', mode: 'retry' });
		expect(errorOf(retry)?.message).toContain('may or may not have been submitted');
		expect(submitted()).toBe(3);
	});

	it('not even where its node has another name now', async () => {
		const file = workflow(generate({}, { timeout: 60 }));
		await killed(file, manyPrompts(1, '[sandbox: takes=600s]'));
		const renamed = JSON.parse(
			JSON.stringify(file).replaceAll(`"${APIXO}"`, '"Boats"'),
		) as typeof file;
		const retry = await bench.run(renamed, {
			input: manyPrompts(1, '[sandbox: takes=600s]'),
			executionId: 'retry',
			mode: 'retry',
		});
		expect(errorOf(retry)?.message).toContain('may or may not have been submitted');
		expect(submitted()).toBe(1);
	});

	it('orders again where it may, and where the prompt was changed', async () => {
		const file = workflow();
		await killed(file, prompts('A [sandbox: takes=600s]'));
		const again = { executionId: 'retry', mode: 'retry' as const };
		const changed = await bench.run(file, { input: prompts('B'), ...again });
		expect(jsonOf(changed, APIXO)).toMatchObject([{ state: 'success' }]);
		const repeats = workflow(
			generate({ prompt: 'A [sandbox: takes=5s]' }, { resubmitAfterUnknownOutcome: true }),
		);
		const repeated = await bench.run(repeats, {
			input: prompts('A [sandbox: takes=600s]'),
			...again,
		});
		expect(jsonOf(repeated, APIXO)).toMatchObject([{ state: 'success' }]);
	});
});

describe('An execution with idempotency keys whose n8n was killed', () => {
	const again = { executionId: 'retry', mode: 'retry' as const };
	const keyed = (idempotencyKey: string) => workflow(generate({}, { idempotencyKey }));

	it('brings out its videos when it is retried, and pays for none twice', async () => {
		const input = manyPrompts(3);
		await killed(keyed('={{ $json.prompt }}'), input);
		const retry = await bench.run(keyed('={{ $json.prompt }}'), { input, ...again });
		expect(errorOf(retry)).toBeUndefined();
		const ids = jsonOf(retry, APIXO).map(({ taskId }) => taskId);
		expect(ids.sort()).toEqual(
			bench.sandbox
				.tasks()
				.map(({ id }) => id)
				.sort(),
		);
		expect(bench.sandbox.stats().charges).toBe(3);
	});

	it.each([
		['no key then', workflow, () => keyed('7')],
		['no key now', () => keyed('7'), workflow],
		['another key now', () => keyed('7'), () => keyed('8')],
	])('but orders nothing again where it has %s', async (_, before, now) => {
		const input = manyPrompts(1, '[sandbox: takes=600s]');
		await killed(before(), input);
		const retry = await bench.run(now(), { input, ...again });
		expect(errorOf(retry)?.message).toContain('may or may not have been submitted');
		expect(submitted()).toBe(1);
	});
});

describe('Two Retries of the same failed execution', () => {
	it('at once, as a double click makes them, order once', async () => {
		const file = workflow();
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 402, times: 1 });
		const failed = await bench.run(file, { input: manyPrompts(1), executionId: 'failed' });
		expect(errorOf(failed)?.message).toContain('did not accept');
		const runs = await Promise.all(
			['one', 'two'].map(async (executionId) => {
				return await bench.run(file, {
					resume: retryOf(failed.data, APIXO),
					executionId,
					mode: 'retry',
				});
			}),
		);
		expect(runs.map((run) => errorOf(run) === undefined).sort()).toEqual([false, true]);
		expect(bench.sandbox.stats().charges).toBe(1);
	});
});

describe('A prompt that gives the time', () => {
	it('is picked up by a Retry of the failed execution, nothing edited', async () => {
		const prompt = '=A cat at {{ $now.toMillis() }} [sandbox: takes=120s]';
		const failed = await bench.run(workflow(generate({ prompt }, { timeout: 1 })), {
			input: manyPrompts(1),
			executionId: 'failed',
		});
		expect(errorOf(failed)?.message).toContain('was not ready');
		const retry = await bench.run(workflow(), {
			resume: retryOf(failed.data, APIXO),
			executionId: 'retry',
			mode: 'retry',
		});
		expect(jsonOf(retry, APIXO)).toMatchObject([{ state: 'success' }]);
		expect(submitted()).toBe(1);
	});
});

describe('Marks', () => {
	it('are of nothing where nothing is ordered', async () => {
		await bench.run(workflow({ resource: 'account', operation: 'getBalance' }));
		const get = { resource: 'video', operation: 'get', taskId: 'unknown' };
		await bench.run(workflow(get));
		expect(database.calls).toBe(0);
	});

	it('go at once for what was refused', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 402, times: 3 });
		await bench.run(workflow(), { input: manyPrompts(3) });
		expect(database.all).toEqual([]);
	});

	it('that cannot be written fail no order, which the log says once', async () => {
		database.trouble = new Error('no database');
		const log = logOf('warn');
		for (let run = 0; run < 2; run++) {
			const { data } = await bench.run(workflow(), { input: manyPrompts(2) });
			expect(data.resultData.error).toBeUndefined();
		}
		expect(bench.sandbox.stats().charges).toBe(4);
		expect(log()).toEqual([expect.stringContaining('cannot be marked')]);
	});

	it('cannot be written for a workflow that was never saved: it orders all the same', async () => {
		const { data } = await bench.run(workflow(), { input: manyPrompts(2), workflowId: '' });
		expect(data.resultData.error).toBeUndefined();
		expect(bench.sandbox.stats().charges).toBe(2);
		expect(database.all).toEqual([]);
	});
});
