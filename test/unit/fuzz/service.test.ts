import fc from 'fast-check';

import { KLING_MODEL } from '../../../nodes/shared/contract';
import { isRecord } from '../../../nodes/shared/is-record';
import { connect } from '../../../nodes/shared/transport';
import { createService } from '../../../nodes/shared/service';
import { taskToJson } from '../../../nodes/shared/task';
import { contextSending, KEY } from '../lib/context';
import { anyBody, anyHeaders, anyJson, anyStatus, fuzz, RUNS } from '../lib/fuzz';
import { REQUEST, TASK } from '../lib/http';
import { VirtualClock } from '../lib/virtual-clock';

const anyAnswer = fc.record({ statusCode: anyStatus, headers: anyHeaders, body: anyBody });

/** The same JSON with the key in each of its texts. */
function sprinkled(json: unknown): unknown {
	if (typeof json === 'string') return `${json}${KEY}${json}`;
	if (Array.isArray(json)) return json.map(sprinkled);
	if (!isRecord(json)) return json;
	return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, sprinkled(one)]));
}

/** A service behind n8n's helper, which gives just this. */
async function serviceGetting(answer: unknown) {
	const clock = new VirtualClock();
	const connection = await connect(
		contextSending(() => answer),
		clock,
	);
	if (connection.kind === 'problem') throw new Error(connection.problem.message);
	return createService(connection.http, clock);
}

describe('Whatever the service answers', () => {
	fuzz('a submission comes to one of the five kinds', async () => {
		const kinds = ['accepted', 'limited', 'unavailable', 'refused', 'unknown'];
		await fc.assert(
			fc.asyncProperty(anyAnswer, async (answer) => {
				const came = await (await serviceGetting(answer)).submit(REQUEST, KLING_MODEL);
				expect(kinds).toContain(came.kind);
				if (came.kind === 'accepted') expect(came.taskId.trim()).not.toBe('');
				if ('retryAfterMs' in came) expect(came.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
			}),
			RUNS,
		);
	});

	fuzz('only an answer that names a task is a yes', async () => {
		await fc.assert(
			fc.asyncProperty(anyAnswer, async (answer) => {
				const came = await (await serviceGetting(answer)).submit(REQUEST, KLING_MODEL);
				if (came.kind !== 'accepted') return;
				const data = isRecord(answer.body) ? answer.body.data : undefined;
				const named = String(isRecord(data) ? data.taskId : undefined);
				expect(named.split(KEY).join('***')).toBe(came.taskId);
			}),
			RUNS,
		);
	});

	fuzz('a look comes to a task, a trouble or a refusal, and a task makes an item', async () => {
		await fc.assert(
			fc.asyncProperty(anyAnswer, async (answer) => {
				const came = await (await serviceGetting(answer)).read(TASK);
				expect(['task', 'trouble', 'refused']).toContain(came.kind);
				if (came.kind !== 'task') return;
				const item = taskToJson(came.task);
				expect(item.taskId).toBe('t1');
				expect(typeof item.state).toBe('string');
				expect(Object.values(item)).not.toContain(undefined);
			}),
			RUNS,
		);
	});

	fuzz('a success with a link anywhere in its result gives that link', async () => {
		const url = 'https://cdn.example/v.mp4';
		const { forms } = fc.letrec<{ forms: unknown }>((tie) => ({
			forms: fc.oneof(
				{ maxDepth: 4, withCrossShrink: true },
				fc.constant(url),
				fc.constant([url]),
				fc.constant([{ url }]),
				tie('forms').map((form) => ({ resultUrls: form })),
				tie('forms').map((form) => ({ result_urls: form })),
				tie('forms').map((form) => ({ resultUrl: form })),
				tie('forms').map((form) => JSON.stringify(form)),
			),
		}));
		const state = fc.constantFrom('success', 'SUCCESS', 'Success');
		const status = fc.constantFrom(200, 404, 429, 500, 501);
		await fc.assert(
			fc.asyncProperty(forms, state, status, async (resultJson, word, code) => {
				const body = { code, msg: 'words', data: { taskId: 't1', state: word, resultJson } };
				const came = await (
					await serviceGetting({ statusCode: 200, headers: {}, body })
				).read(TASK);
				expect(came).toMatchObject({ kind: 'task', task: { state: 'success', resultUrls: [url] } });
			}),
			RUNS,
		);
	});

	fuzz('no text of an answer makes a long one of ours', async () => {
		const long = fc.integer({ min: 1, max: 200_000 }).map((length) => 'x '.repeat(length));
		await fc.assert(
			fc.asyncProperty(
				long,
				fc.constantFrom('failMsg', 'error', 'state', 'failCode'),
				async (text, name) => {
					const data = { taskId: 't1', state: 'failed', [name]: text };
					for (const body of [{ code: 400, message: text }, { code: 200, data }, text]) {
						const service = await serviceGetting({ statusCode: 200, headers: {}, body });
						const came = [await service.submit(REQUEST, KLING_MODEL), await service.read(TASK)];
						expect(JSON.stringify(came).length).toBeLessThan(5_000);
					}
				},
			),
			{ ...RUNS, numRuns: Math.min(RUNS.numRuns, 200) },
		);
	});

	fuzz('the balance is a number or a problem', async () => {
		await fc.assert(
			fc.asyncProperty(anyAnswer, async (answer) => {
				const came = await (await serviceGetting(answer)).balance();
				if (came.kind === 'balance') expect(Number.isFinite(came.balance)).toBe(true);
				else expect(came.problem.message).toContain('balance');
			}),
			RUNS,
		);
	});

	fuzz('and whatever the helper gives or throws, a call never rejects', async () => {
		await fc.assert(
			fc.asyncProperty(fc.anything(), fc.boolean(), async (thing, throws) => {
				const context = contextSending(() => {
					if (throws) throw thing;
					return thing;
				});
				const connection = await connect(context, new VirtualClock());
				if (connection.kind === 'problem') throw new Error(connection.problem.message);
				const came = await connection.http({ method: 'GET', path: '/x' });
				expect('failure' in came || 'status' in came).toBe(true);
			}),
			RUNS,
		);
	});
});

describe('However the service sends the key back', () => {
	fuzz('it shows in no answer of ours', async () => {
		const withKey = anyJson.map(sprinkled);
		await fc.assert(
			fc.asyncProperty(anyStatus, withKey, fc.string(), async (statusCode, data, text) => {
				const body = { code: 200, message: `${text}${KEY}`, data };
				for (const given of [{ ...body, code: 400 }, body, `${text}${KEY}`]) {
					const service = await serviceGetting({ statusCode, headers: {}, body: given });
					const came = [await service.submit(REQUEST, KLING_MODEL), await service.read(TASK)];
					expect(JSON.stringify(came)).not.toContain(KEY);
				}
			}),
			RUNS,
		);
	});
});
