import { verdictOf } from '../../../nodes/shared/envelope';
import { answer, envelope } from '../lib/http';

describe('Of the two layers of an answer', () => {
	it('the HTTP status counts where it is not a success', () => {
		expect(verdictOf(answer(404, envelope(200)))).toMatchObject({ status: 404, from: 'service' });
	});

	it('the code in the body counts where HTTP says success', () => {
		expect(verdictOf(answer(200, envelope(401)))).toMatchObject({ status: 401, from: 'service' });
		expect(verdictOf(answer(200, { code: ' 401 ' }))).toMatchObject({ status: 401 });
	});

	it('a body without a code is not from the service', () => {
		for (const body of [undefined, null, '', 7, true, []]) {
			expect(verdictOf(answer(502, body))).toEqual({ status: 502, from: 'elsewhere' });
			expect(verdictOf(answer(200, body))).toEqual({ status: 200, from: 'elsewhere' });
		}
		expect(verdictOf(answer(502, {}))).toEqual({ status: 502, from: 'json' });
	});

	it('a page is told by its text', () => {
		const page = '<html><style>p{}</style><h1>502 Bad\n Gateway</h1><p>nginx</html>';
		const verdict = { status: 502, from: 'elsewhere', message: '502 Bad Gateway nginx' };
		expect(verdictOf(answer(502, page))).toEqual(verdict);
	});

	it('a code that is no whole number is none', () => {
		const odd: unknown[] = [
			null,
			'',
			' ',
			'ok',
			true,
			[200],
			{},
			{ toString: 1, valueOf: 1 },
			200.5,
		];
		for (const code of odd) {
			expect(verdictOf(answer(200, { code }))).toEqual({ status: 200, from: 'json' });
		}
	});

	it.each([
		[{ code: 400, message: 'general', data: { error: 'in detail' } }, 'in detail'],
		[{ code: 400, message: 'general', data: { error: '  ' } }, 'general'],
		[{ code: 400, message: ' general ', data: null }, 'general'],
		[{ code: 400, msg: 'short' }, 'short'],
		[{ code: 400, error: 'bare' }, 'bare'],
		[{ code: 400, error: { message: 'nested', code: 'x' } }, 'nested'],
		[{ code: 400, message: 'general', data: { error: { message: 'in detail' } } }, 'in detail'],
		[{ code: 400, message: 'general', data: { failMsg: 'in detail' } }, 'in detail'],
		[{ code: 400, message: 'general', data: 'in detail' }, 'in detail'],
		[{ error: { message: 'without a code' } }, 'without a code'],
		[{ message: 'without a code' }, 'without a code'],
		[{ code: 400, message: { a: 1 } }, undefined],
		[{ code: 400 }, undefined],
	])('the words of %j are %j', (body, words) => {
		expect(verdictOf(answer(400, body)).message).toBe(words);
	});

	it.each([
		[{ code: 400, data: { failCode: 'NSFW' } }, 'NSFW'],
		[{ code: 400, failCode: 'NSFW' }, 'NSFW'],
		[{ code: 400, data: { failCode: 422 } }, '422'],
		[{ code: 400, data: { failCode: { a: 1 } } }, undefined],
	])('the fail code of %j is %j', (body, failCode) => {
		expect(verdictOf(answer(400, body)).failCode).toBe(failCode);
	});

	it('words of any length are shortened', () => {
		const verdict = verdictOf(answer(400, { code: 400, message: 'word '.repeat(1e6) }));
		expect(verdict.message).toHaveLength(500);
	});
});
