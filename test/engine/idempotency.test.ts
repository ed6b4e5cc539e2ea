import type { IRun } from 'n8n-workflow';

import { CONTINUE, generate, openBench, type Bench } from '../../harness/engine/bench';
import { jsonOf } from '../../harness/engine/engine';
import { hurry } from '../../harness/engine/hurry';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { until } from '../../harness/until';
import { BATCH_FORMS, type BatchForm, type SandboxOptions } from '../../sandbox';

const FORMS = Object.keys(BATCH_FORMS) as BatchForm[];

let bench: Bench;
async function open(options: SandboxOptions = {}): Promise<void> {
	bench = await openBench(options);
}
// The pauses between tries are for a real service.
let restore: () => void;
beforeEach(() => {
	restore = hurry(10);
});
afterEach(async () => {
	restore();
	await bench.close();
});

const errorOf = (run: IRun) => run.data.resultData.error;

const rows = (...keys: unknown[]) => keys.map((key) => ({ json: { key, prompt: `Clip ${key}` } }));

const keyed = (parameters: object = {}, options: object = {}) =>
	generate(
		{ prompt: '={{ $json.prompt }}', ...parameters },
		{ idempotencyKey: '={{ $json.key }}', ...options },
	);

/** A new execution each time: it knows nothing of the others. */
let executions = 0;
const run = async (input: Array<{ json: object }>, parameters = keyed(), settings: object = {}) =>
	await bench.run(apixoWorkflow(parameters, settings), {
		input: input as never,
		executionId: `${++executions}`,
	});

describe.each(FORMS)('With answers of the form "%s"', (batches) => {
	it('an order with a key gives a video, and again the same in a new execution', async () => {
		await open({ batches });
		const first = await run(rows('a', 'b'));
		expect(errorOf(first)).toBeUndefined();
		const second = await run(rows('b', 'a', 'c'));
		const ids = (of: IRun) => jsonOf(of, APIXO).map(({ taskId }) => taskId);
		expect(ids(second)).toEqual([ids(first)[1], ids(first)[0], expect.any(String)]);
		expect(jsonOf(second, APIXO)).toMatchObject(Array(3).fill({ state: 'success' }));
		expect(bench.sandbox.stats().charges).toBe(3);
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it.each(['reset-after', 'garbage', 'no-data', 'half-body'] as const)(
		'a lost answer heals by itself: %s',
		async (kind) => {
			await open({ batches });
			bench.sandbox.faults.add({ on: 'submit', kind, times: 2 });
			const came = await run(rows('a', 'b'));
			expect(errorOf(came)).toBeUndefined();
			expect(jsonOf(came, APIXO)).toHaveLength(2);
			expect(bench.sandbox.stats().charges).toBe(2);
		},
	);

	it('a refused item is told in the words of the service', async () => {
		await open({ batches });
		const came = await run([{ json: { key: 'a', prompt: 'No [sandbox: refuse=403]' } }]);
		expect(errorOf(came)?.message).toContain('Refused on demand');
		expect(bench.sandbox.stats()).toMatchObject({ submissionsReceived: 1, charges: 0 });
	});

	it('the same key with another prompt is refused, and orders nothing', async () => {
		await open({ batches });
		await run(rows('a'));
		const came = await run([{ json: { key: 'a', prompt: 'Another' } }]);
		expect(errorOf(came)?.message).toContain('another input');
		expect(errorOf(came)?.description).toContain('a key of its own');
		expect(bench.sandbox.stats().charges).toBe(1);
	});
});

describe('n8n that is killed, and a new execution with the same keys', () => {
	it.each(['before the answers', 'after the answers'])(
		'pays once and delivers all: %s',
		async (when) => {
			await open();
			if (when === 'before the answers') {
				bench.sandbox.faults.add({ on: 'submit', kind: 'slow', delayMs: 2_000, times: 'always' });
			}
			const killed = await bench.start(apixoWorkflow(keyed({}, { initialDelay: 300 })), {
				input: rows('a', 'b', 'c') as never,
				executionId: 'killed',
			});
			await until(() => bench.sandbox.stats().charges === 3);
			bench.sandbox.faults.clear();
			killed.stop();
			// All that it had saved is gone.
			const fresh = await run(rows('a', 'b', 'c'));
			expect(errorOf(fresh)).toBeUndefined();
			const ordered = bench.sandbox.tasks().map(({ id, idempotencyKey }) => [idempotencyKey, id]);
			const ids = jsonOf(fresh, APIXO).map(({ taskId }) => taskId);
			expect(ids).toEqual(['a', 'b', 'c'].map((key) => Object.fromEntries(ordered)[key] as string));
			expect(bench.sandbox.stats().charges).toBe(3);
			await killed.done;
		},
	);
});

describe('An order whose answers all get lost', () => {
	it('is repeated a few times, and its text says that a retry is safe, which it is', async () => {
		await open();
		bench.sandbox.faults.add({ on: 'submit', kind: 'reset-after', times: 5 });
		const lost = await run(rows('a'));
		expect(errorOf(lost)?.message).toContain('A retry is safe');
		expect(bench.sandbox.stats()).toMatchObject({ submissionsReceived: 5, charges: 1 });
		const again = await run(rows('a'));
		expect(jsonOf(again, APIXO)).toMatchObject([{ taskId: bench.sandbox.tasks()[0]?.id }]);
		expect(bench.sandbox.stats().charges).toBe(1);
	});

	it('with Retry On Fail heals in the next try', async () => {
		await open();
		bench.sandbox.faults.add({ on: 'submit', kind: 'reset-after', times: 6 });
		const retries = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const came = await run(rows('a'), keyed(), retries);
		expect(errorOf(came)).toBeUndefined();
		expect(bench.sandbox.stats().charges).toBe(1);
	});

	it('is not made again by a retry that has another key', async () => {
		await open();
		bench.sandbox.faults.add({ on: 'submit', kind: 'reset-after', times: 5 });
		const retries = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const parameters = keyed({}, { idempotencyKey: '={{ Math.random().toString() }}' });
		const came = await run(rows('a'), parameters, retries);
		expect(errorOf(came)?.message).toContain('an earlier try');
		expect(bench.sandbox.stats()).toMatchObject({ submissionsReceived: 5, charges: 1 });
	});

	it('stays unclear when what comes then is a refusal', async () => {
		await open();
		bench.sandbox.faults.add({ on: 'submit', kind: 'reset-after', times: 1 });
		bench.sandbox.faults.add({ on: 'submit', kind: 'status', status: 402, times: 'always' });
		const came = await run(rows('a'));
		expect(errorOf(came)?.description).toContain('it may be there all the same');
	});
});

describe('An account without batches', () => {
	it.each([404, 405, 501])('is told so, and nothing is ordered: %i', async (status) => {
		await open(status === 404 ? { batches: 'none' } : {});
		if (status !== 404) bench.sandbox.faults.add({ on: 'submit', kind: 'status', status });
		const came = await run(rows('a'));
		expect(errorOf(came)?.message).toContain(
			'this account takes no orders with an "Idempotency Key"',
		);
		expect(bench.sandbox.stats()).toMatchObject({ submissionsReceived: 1, charges: 0 });
	});
});

describe('A key that will not do is refused before anything is ordered', () => {
	const KEY = 'sandbox-key';
	it.each<[string, unknown, string]>([
		['empty', '', "'Idempotency Key' is empty"],
		['missing', undefined, 'this item has no such field'],
		['null', null, 'this item has no such field'],
		['too long', 'x'.repeat(10_000), 'may have at most 200 characters, but has 10000'],
		['of two lines', 'row\n7', 'may only hold'],
		['with an accent', 'Zürich', 'may only hold'],
		['no text', { id: 1 }, 'must be a text'],
		['the API key', `row ${KEY}`, 'holds the API key'],
		['the API key, and too long', KEY.repeat(100), 'holds the API key'],
	])('%s', async (_, key, words) => {
		await open();
		const came = await run([
			{ json: { key: 'good', prompt: 'x' } },
			{ json: { key, prompt: 'x' } },
		]);
		expect(errorOf(came)?.message).toContain(words);
		expect(errorOf(came)?.message).toContain('[item 1]');
		expect(errorOf(came)?.message).not.toContain(KEY);
		expect(bench.sandbox.stats().submissionsReceived).toBe(0);
	});

	it('equal to that of another item: with Continue On Fail only the others go', async () => {
		await open();
		expect(errorOf(await run(rows('a', 'b', 'a')))?.message).toContain(
			`'Idempotency Key' is the same for the items 0, 2: "a" [item 0]`,
		);
		expect(bench.sandbox.stats().submissionsReceived).toBe(0);
		const came = await run(rows('a', 'b', 'a'), keyed(), CONTINUE);
		expect(jsonOf(came, APIXO)).toMatchObject(
			[{ error: /same/ }, { state: 'success' }, {}].map((one) =>
				'error' in one ? { error: expect.stringContaining('same') as string } : one,
			),
		);
		expect(bench.sandbox.tasks()).toMatchObject([{ idempotencyKey: 'b' }]);
	});

	it('with a callback, or a provider', async () => {
		await open();
		const callback = { requestType: 'callback', callbackUrl: 'http://127.0.0.1:1/x' };
		for (const parameters of [
			keyed(callback),
			keyed({ ...callback, callbackTo: 'execution' }),
			keyed({}, { provider: 'value' }),
		]) {
			const came = await run(rows('a'), parameters);
			expect(errorOf(came)?.message).toContain("'Idempotency Key' cannot be used with");
		}
		expect(bench.sandbox.stats().submissionsReceived).toBe(0);
	});

	it('but the number of a row is one', async () => {
		await open();
		expect(errorOf(await run(rows(7)))).toBeUndefined();
		expect(bench.sandbox.tasks()).toMatchObject([{ idempotencyKey: '7' }]);
	});
});

it('A video that failed says that its key is spent', async () => {
	await open();
	const came = await run([{ json: { key: 'a', prompt: 'Bad [sandbox: fail=NSFW]' } }]);
	expect(errorOf(came)?.description).toContain('give it another key');
});
