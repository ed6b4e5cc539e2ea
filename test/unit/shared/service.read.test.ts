import type { HttpAnswer, NoAnswer } from '../../../nodes/shared/http';
import type { ReadAnswer } from '../../../nodes/shared/service';
import { answer, envelope, GATEWAY_PAGE, NOW, serviceAnswering, TASK } from '../lib/http';

type Given = Parameters<typeof serviceAnswering>[0];

const read = async (given: Given): Promise<ReadAnswer> => await serviceAnswering(given).read(TASK);
const LOST: NoAnswer = { failure: 'lost', maybeReceived: true };
const reading = (data: unknown) => answer(200, envelope(200, data));

describe('A look at a task', () => {
	it('asks for it by its id, under the model', async () => {
		const service = serviceAnswering(reading({ taskId: 't1', state: 'pending' }));
		await service.read(TASK);
		const path = '/statusTask/kling-2-5-turbo-pro';
		expect(service.calls).toEqual([{ method: 'GET', path, query: { taskId: 't1' } }]);
	});

	it.each(['pending', 'processing', 'processing_r2', 'queued', 'SUCCEEDED', 'constructor'])(
		'takes the state "%s" for one of a running task',
		async (state) => {
			const came = await read(reading({ taskId: 't1', state }));
			expect(came).toMatchObject({ kind: 'task', task: { taskId: 't1', ended: false, state } });
		},
	);

	it.each([
		['success', 'success'],
		['SUCCESS', 'success'],
		['failed', 'failed'],
		['FAILED', 'failed'],
		['fail', 'failed'],
		[' Fail ', 'failed'],
	])('takes the state "%s" for the end "%s"', async (state, end) => {
		const came = await read(reading({ taskId: 't1', state }));
		expect(came).toMatchObject({ kind: 'task', task: { ended: true, state: end } });
	});
});

describe('A look that stops, because another would be told the same', () => {
	it.each([
		[401, 'Check the API key'],
		[403, 'permission'],
		[404, 'can only be read with a key of the account'],
	])('HTTP or code %i names the task and the way out', async (status, hint) => {
		for (const given of [answer(status, envelope(status)), answer(200, envelope(status))]) {
			const came = await read(given);
			expect(came).toMatchObject({ kind: 'refused', status });
			const { message, description } =
				came.kind === 'refused' ? came.problem : { message: '', description: '' };
			expect(message).toContain(`the state of video t1: in its own words`);
			expect(description).toContain(hint);
			// Whoever asked for an unknown task is not told to ask again.
			expect(description.includes('"Video → Get" with task ID t1')).toBe(status !== 404);
		}
	});
});

describe('A look that may be repeated', () => {
	it.each([
		['500', answer(500, envelope(500))],
		['503', answer(503, envelope(503))],
		['a code 500', answer(200, envelope(500))],
		["a gateway's 502", answer(502, GATEWAY_PAGE)],
		["a gateway's 504", answer(504, '')],
		['408', answer(408, '')],
		...[400, 402, 422, 455, 501].map((code): [string, HttpAnswer] => [
			`code ${code}`,
			answer(200, envelope(code)),
		]),
		...[301, 400, 401, 403, 404].map((status): [string, HttpAnswer] => [
			`a gateway's ${status}`,
			answer(status, GATEWAY_PAGE),
		]),
		['401 in JSON that is no envelope', answer(401, { error: 'no' })],
		['a web page', answer(200, GATEWAY_PAGE)],
		['an empty answer', answer(200, '')],
		['half a body', answer(200, '{"code":200,"data":{"sta')],
		['no data', answer(200, { code: 200 })],
		['data that is a list', reading([])],
		['no state', reading({ taskId: 't1' })],
		['a state that is no text', reading({ taskId: 't1', state: 7 })],
		['another task', reading({ taskId: 't2', state: 'success' })],
		['a lost connection', LOST],
		['a refused connection', { failure: 'refused', maybeReceived: false }],
	] satisfies Array<[string, Given]>)('%s', async (_, given) => {
		expect(await read(given)).toMatchObject({ kind: 'trouble', limited: false });
	});

	it.each([answer(429, envelope(429)), answer(200, envelope(429)), answer(429, GATEWAY_PAGE)])(
		'a limit is told apart',
		async (given) => {
			expect(await read(given)).toMatchObject({ kind: 'trouble', limited: true });
		},
	);

	it('keeps the pause that the service asks for, in seconds or as a date', async () => {
		const inSeconds = answer(429, envelope(429), { 'retry-after': '12' });
		expect(await read(inSeconds)).toMatchObject({ retryAfterMs: 12_000 });
		const date = new Date(NOW + 30_000).toUTCString();
		const asDate = answer(503, envelope(503), { 'retry-after': date });
		expect(await read(asDate)).toMatchObject({ retryAfterMs: 30_000 });
	});
});

describe('The balance', () => {
	const balance = async (given: Given) => await serviceAnswering(given).balance();

	it('is the number in data', async () => {
		expect(await balance(reading(74.87))).toEqual({ kind: 'balance', balance: 74.87 });
		expect(await balance(reading(0))).toEqual({ kind: 'balance', balance: 0 });
	});

	it.each([
		['a wrong key', answer(200, envelope(401)), 'Check the API key'],
		['a text in place of the number', reading('74.87'), 'not one of APIXO'],
		['a web page', answer(200, GATEWAY_PAGE), 'not one of APIXO'],
		['a lost connection', LOST, 'connection was lost'],
	] satisfies Array<[string, Given, string]>)('is a problem with %s', async (_, given, words) => {
		const came = await balance(given);
		expect(came.kind).toBe('refused');
		expect(JSON.stringify(came)).toContain(words);
	});
});
