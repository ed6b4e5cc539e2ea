import fc from 'fast-check';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { KLING_MODEL } from '../../../nodes/shared/contract';
import { Apixo } from '../../../nodes/Apixo/Apixo.node';
import { ApixoTrigger } from '../../../nodes/ApixoTrigger/ApixoTrigger.node';
import { readSignature, signCallbackUrl } from '../../../nodes/shared/signing';
import { KEY } from '../lib/context';
import { anyBody, anyHeaders, anyJson, anyStatus, anyValue, fuzz, RUNS } from '../lib/fuzz';
import { callWebhook } from '../lib/fuzz-node';

/** Each execution has a token of its own, because it is woken once. */
let sleeps = 0;

const ended = fc.constantFrom('success', 'failed');
const ok = (data: unknown) => ({
	statusCode: 200,
	headers: {},
	body: { code: 200, message: 'success', data },
});

/** What the service says about a task, by its id: what it is, or any answer at all. */
const anyAnswer = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ state: ended, failMsg: fc.constant(KEY) }) },
	{ weight: 1, arbitrary: fc.record({ state: fc.constant('processing') }) },
	{
		weight: 1,
		arbitrary: fc.record({ statusCode: anyStatus, headers: anyHeaders, body: anyBody }),
	},
);
type Answer = typeof anyAnswer extends fc.Arbitrary<infer Value> ? Value : never;

function serviceSaying(answers: Answer[]) {
	let reads = 0;
	return ({ qs }: IHttpRequestOptions) => {
		const answer = answers[reads++ % answers.length] as Answer;
		if ('statusCode' in answer) return answer;
		const resultJson = { resultUrls: [`https://cdn.example/${KEY}.mp4`] };
		return ok({ ...answer, taskId: qs?.taskId, resultJson });
	};
}

/** Something like a callback, or anything else. */
const anyCallback = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			code: fc.constant(200),
			data: fc.record({
				taskId: fc.constantFrom('t1', 't2', 't1', 't2', 'stranger', ' '),
				state: fc.oneof({ weight: 3, arbitrary: ended }, { weight: 1, arbitrary: fc.string() }),
				failMsg: fc.constantFrom('No', KEY),
				resultJson: fc.constantFrom('{', `{"resultUrls":["https://a/${KEY}"]}`),
			}),
		}),
	},
	{ weight: 1, arbitrary: anyBody },
	{ weight: 1, arbitrary: fc.constant(undefined) },
);

describe('Whatever comes to the APIXO Trigger', () => {
	fuzz(
		'it answers, starts nothing that the service does not confirm, and never shows the key',
		async () => {
			const query = fc.oneof(
				fc.constant({}),
				fc.dictionary(fc.constantFrom('apixo_metadata', 'apixo_nonce', 'apixo_signature'), anyJson),
				anyJson.map((metadata) =>
					Object.fromEntries(
						new URL(signCallbackUrl('https://x/', KLING_MODEL, metadata, KEY)).searchParams,
					),
				),
			);
			const parameters = fc.record({
				triggerOn: fc.oneof(
					{ weight: 3, arbitrary: fc.constantFrom(['success', 'failed'], ['success'], 'failed') },
					{ weight: 1, arbitrary: anyValue },
				),
				options: fc.oneof(
					fc.record({ verify: fc.boolean(), ignoreDuplicates: fc.boolean() }, { requiredKeys: [] }),
					anyValue,
				),
			});
			let started = 0;
			await fc.assert(
				fc.asyncProperty(
					anyCallback,
					query,
					parameters,
					anyAnswer,
					fc.oneof(fc.constant({}), fc.record({ taken: fc.subarray(['t1', 't2']) })),
					async (body, given, { triggerOn, options }, answer, staticData) => {
						const { status, result, shown } = await callWebhook(new ApixoTrigger().webhook, {
							body,
							query: given,
							parameters: { triggerOn, options },
							staticData,
							send: serviceSaying([answer]),
						});
						expect(shown).not.toContain(KEY);
						if (status !== undefined) {
							expect([200, 400, 401, 404, 503]).toContain(status);
							expect(result).toEqual({ noWebhookResponse: true });
							return;
						}
						started++;
						const [item] = result.workflowData?.[0] ?? [];
						expect(result.workflowData).toHaveLength(1);
						expect(triggerOn).toContain(item?.json.state);
						const unverified = (options as { verify?: unknown } | null)?.verify === false;
						if (!unverified && 'state' in answer) expect(item?.json.state).toBe(answer.state);
					},
				),
				RUNS,
			);
			expect(started).toBeGreaterThanOrEqual(Math.floor(RUNS.numRuns / 20));
		},
	);
});

describe('Whatever comes to an execution that is suspended', () => {
	fuzz('it answers, wakes once its own task has ended, and never shows the key', async () => {
		const items = fc.array(
			fc.record(
				{
					taskId: fc.constantFrom('t1', 't2'),
					error: fc.constant('no task'),
					input: fc.constant({ row: 1 }),
				},
				{ requiredKeys: ['input'] },
			),
			{ maxLength: 3 },
		);
		let woken = 0;
		await fc.assert(
			fc.asyncProperty(
				anyCallback,
				fc.oneof(
					{ weight: 4, arbitrary: fc.constant('its own') },
					{ weight: 1, arbitrary: fc.record({ apixo_token: anyJson }) },
				),
				items,
				fc.array(anyAnswer, { minLength: 1, maxLength: 4 }),
				fc.option(fc.subarray(['t1', 't2']), { nil: undefined }),
				async (body, given, suspended, answers, callers) => {
					const token = `token-${++sleeps}`;
					const query = given === 'its own' ? { apixo_token: token } : given;
					const suspension = { executionId: '7', runIndex: 0, token, items: suspended, callers };
					const kept = suspended.map(({ input }) => ({ json: input }));
					const { status, result, shown } = await callWebhook(new Apixo().webhook, {
						body,
						query,
						memory: { suspension },
						items: kept,
						send: serviceSaying(answers),
					});
					expect(shown).not.toContain(KEY);
					if (status !== undefined) expect([200, 400, 401, 404, 503]).toContain(status);
					if (result.workflowData === undefined) return;
					woken++;
					expect(query.apixo_token).toBe(token);
					expect(result.workflowData).toEqual([kept]);
					const [own] = answers;
					expect(own && 'state' in own && own.state !== 'processing').toBe(true);
				},
			),
			RUNS,
		);
		expect(woken).toBeGreaterThanOrEqual(Math.floor(RUNS.numRuns / 20));
	});

	fuzz(
		'it wakes nothing whatever its memory holds, unless it was written by this package',
		async () => {
			const anySuspension = fc.record(
				{
					executionId: anyJson,
					runIndex: anyJson,
					token: fc.oneof(fc.constant('token'), anyJson),
					items: fc.oneof(anyJson, fc.array(fc.record({ taskId: anyJson }, { requiredKeys: [] }))),
				},
				{ requiredKeys: [] },
			);
			await fc.assert(
				fc.asyncProperty(
					fc.oneof(
						anyJson,
						fc.record({ suspension: fc.oneof(anyJson, anySuspension), ledger: anyJson }),
						fc.record({ version: anyJson }),
					),
					async (memory) => {
						const { status, result } = await callWebhook(new Apixo().webhook, {
							body: { code: 200, data: { taskId: 't1', state: 'success' } },
							query: { apixo_token: 'token' },
							memory,
							send: serviceSaying([{ state: 'success', failMsg: '' }]),
						});
						expect([401, 404, 503]).toContain(status);
						expect(result.workflowData).toBeUndefined();
					},
				),
				RUNS,
			);
		},
	);
});

describe('Whatever metadata goes out with a callback URL', () => {
	fuzz('comes back as it was, and no other query is taken for it', () => {
		fc.assert(
			fc.property(anyJson, fc.webUrl(), fc.string(), (metadata, url, other) => {
				const query = queryOf(signCallbackUrl(url, KLING_MODEL, metadata, KEY));
				const sent = JSON.parse(JSON.stringify(metadata)) as unknown;
				expect(readSignature(query, KEY)).toEqual({
					kind: 'signed',
					model: KLING_MODEL,
					metadata: sent,
				});
				expect(readSignature(query, `${KEY}x`).kind).toBe('forged');
				expect(readSignature({ ...query, apixo_metadata: other }, KEY).kind).toBe('forged');
			}),
			RUNS,
		);
	});

	fuzz('a URL without any is signed too, and a stranger cannot sign one', () => {
		fc.assert(
			fc.property(fc.webUrl(), fc.string(), (url, other) => {
				const query = queryOf(signCallbackUrl(url, KLING_MODEL, undefined, KEY));
				expect(readSignature(query, KEY)).toEqual({ kind: 'signed', model: KLING_MODEL });
				expect(readSignature(query, `${KEY}x`).kind).toBe('unsigned');
				expect(readSignature({ ...query, apixo_nonce: other }, KEY).kind).toBe('unsigned');
				expect(readSignature({ apixo_metadata: query.apixo_nonce, ...query }, KEY).kind).toBe(
					'forged',
				);
			}),
			RUNS,
		);
	});
});

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
