import { KLING_MODEL } from '../../../nodes/shared/contract';
import type { HttpAnswer } from '../../../nodes/shared/http';
import { NETWORK_FAILURES, type NetworkFailure } from '../../../nodes/shared/network';
import type { SubmitAnswer } from '../../../nodes/shared/service';
import { answer, envelope, GATEWAY_PAGE, NOW, REQUEST, serviceAnswering } from '../lib/http';

type Given = Parameters<typeof serviceAnswering>[0];

const submit = async (given: Given): Promise<SubmitAnswer> =>
	await serviceAnswering(given).submit(REQUEST, KLING_MODEL);

/** The problem's text, or that of the reason. */
const wordsOf = (came: SubmitAnswer): string =>
	'problem' in came ? `${came.problem.message}. ${came.problem.description}` : JSON.stringify(came);

const noAnswer = (failure: NetworkFailure, maybeReceived: boolean) => ({ failure, maybeReceived });

describe('A submission', () => {
	it('goes to the path of the model, with the request as its body', async () => {
		const service = serviceAnswering(answer(200, envelope(200, { taskId: 't1' })));
		expect(await service.submit(REQUEST, KLING_MODEL)).toEqual({ kind: 'accepted', taskId: 't1' });
		const path = '/generateTask/kling-2-5-turbo-pro';
		expect(service.calls).toEqual([{ method: 'POST', path, body: REQUEST }]);
	});

	it.each([
		['HTTP 201', answer(201, envelope(200, { taskId: 't1' }))],
		['a code that is a text', answer(200, { code: '200', data: { taskId: 't1' } })],
	])('is accepted with %s too', async (_, given) => {
		expect(await submit(given)).toEqual({ kind: 'accepted', taskId: 't1' });
	});

	it('may get a number as its task id', async () => {
		const given = answer(200, envelope(200, { taskId: 12345 }));
		expect(await submit(given)).toEqual({ kind: 'accepted', taskId: '12345' });
	});
});

describe('A submission that surely created nothing, and is pointless to repeat, is refused', () => {
	const HINTS: Array<[number, string]> = [
		[400, 'Check the parameters of this item'],
		[401, 'Check the API key'],
		[402, 'top it up'],
		[403, 'content policy'],
		[404, 'Check the Base URL'],
		[500, 'created no task'],
	];

	it.each(HINTS)('with HTTP %i in an envelope', async (status, hint) => {
		const came = await submit(answer(status, envelope(status)));
		expect(came).toMatchObject({ kind: 'refused', problem: { httpCode: String(status) } });
		expect(wordsOf(came)).toContain(`in its own words (status ${status})`);
		expect(wordsOf(came)).toContain(hint);
	});

	it.each(HINTS)('with code %i in the body of an HTTP 200', async (code, hint) => {
		const came = await submit(answer(200, envelope(code)));
		expect(came).toMatchObject({ kind: 'refused', problem: { httpCode: String(code) } });
		expect(wordsOf(came)).toContain(hint);
	});

	it.each([400, 401, 402, 403, 404, 405, 413, 422])('with a bare HTTP %i', async (status) => {
		expect((await submit(answer(status, GATEWAY_PAGE))).kind).toBe('refused');
	});

	it.each([301, 302, 307, 308])('with a redirect, HTTP %i', async (status) => {
		const came = await submit(answer(status, ''));
		expect(came.kind).toBe('refused');
		expect(wordsOf(came)).toContain('redirect');
	});

	it('in the words of data.error, which say more than the message', async () => {
		const given = answer(400, envelope(400, { error: 'Insufficient credits' }, 'Bad Request'));
		expect(wordsOf(await submit(given))).toContain('Insufficient credits');
	});
});

describe('A submission that met a limit is to be repeated later', () => {
	it.each([
		['HTTP 429 in an envelope', answer(429, envelope(429))],
		['HTTP 429 without a body', answer(429, '')],
		["a gateway's HTTP 429", answer(429, GATEWAY_PAGE)],
		['code 429 in an HTTP 200', answer(200, envelope(429))],
	])('%s', async (_, given) => {
		expect(await submit(given)).toEqual({ kind: 'limited', retryAfterMs: undefined });
	});

	it.each([
		['7', 7_000],
		['0', 0],
		['1.5', 1_500],
		[new Date(NOW + 90_000).toUTCString(), 90_000],
		[new Date(NOW - 90_000).toUTCString(), 0],
		['-5', 0],
		['soon', undefined],
		['', undefined],
		['Infinity', undefined],
	])('Retry-After "%s" means %p ms', async (value, ms) => {
		const given = answer(429, envelope(429), { 'retry-after': value });
		expect(await submit(given)).toEqual({ kind: 'limited', retryAfterMs: ms });
	});
});

describe('A submission that was never taken up may be repeated a few times', () => {
	it.each<NetworkFailure>(['refused', 'name not found', 'name not looked up', 'unreachable'])(
		'%s',
		async (failure) => {
			const came = await submit(noAnswer(failure, false));
			expect(came).toEqual({ kind: 'unavailable', reason: NETWORK_FAILURES[failure].words });
		},
	);

	it('503 in an envelope, with the pause that the service asks for', async () => {
		const given = answer(503, envelope(503), { 'retry-after': '3' });
		const came = { kind: 'unavailable', reason: 'in its own words', retryAfterMs: 3_000 };
		expect(await submit(given)).toEqual(came);
	});

	it('code 503 in an HTTP 200', async () => {
		expect((await submit(answer(200, envelope(503)))).kind).toBe('unavailable');
	});
});

describe('A task that the answer names is taken, whatever else the answer says', () => {
	const named = { taskId: 'task_7' };
	it.each([
		['no code', answer(200, { data: named })],
		['an unheard-of code', answer(200, { code: 0, data: named })],
		['another good status', answer(202, { code: 202, data: named })],
		['a refusal in an envelope', answer(400, { code: 400, message: 'no', data: named })],
		['a limit', answer(429, { code: 429, message: 'slow down', data: named })],
		['a redirect', answer(302, { data: named })],
		...[402, 455, 500, 501, 503, 504].map((code): [string, HttpAnswer] => [
			`code ${code}`,
			answer(200, { code, msg: 'in its own words', data: named }),
		]),
	])('%s', async (_, given) => {
		expect(await submit(given)).toEqual({ kind: 'accepted', taskId: 'task_7' });
	});
});

describe('A submission that may have created a task is never repeated', () => {
	it.each([
		["a gateway's 500", answer(500, GATEWAY_PAGE)],
		["a gateway's 503", answer(503, GATEWAY_PAGE)],
		["a gateway's 502", answer(502, GATEWAY_PAGE)],
		["a gateway's 504", answer(504, GATEWAY_PAGE)],
		['502 in an envelope', answer(502, envelope(502))],
		['504 in an envelope', answer(504, envelope(504))],
		['a time-out of the gateway, 408', answer(408, GATEWAY_PAGE)],
		['500 without a body', answer(500, undefined)],
		['an empty 200', answer(200, '')],
		['a web page with 200', answer(200, GATEWAY_PAGE)],
		['half a body', answer(200, '{"code":200,"data":{"taskId":"t')],
		['no data', answer(200, { code: 200, message: 'success' })],
		['data null', answer(200, envelope(200))],
		['no task id', answer(200, envelope(200, {}))],
		['an empty task id', answer(200, envelope(200, { taskId: ' ' }))],
		['a task id that is no text', answer(200, envelope(200, { taskId: { a: 1 } }))],
		['an unheard-of code', answer(200, envelope(0))],
		['no status at all', answer(NaN, undefined)],
		['a lost connection', noAnswer('lost', true)],
		['a time-out', noAnswer('time-out', true)],
	])('%s', async (_, given) => {
		const came = await submit(given);
		expect(came.kind).toBe('unknown');
		expect(wordsOf(came)).toContain('may or may not have been submitted');
		expect(wordsOf(came)).toContain('could bill you twice');
	});
});
