import { judge } from '../../../nodes/shared/envelope';
import { answer, envelope } from '../lib/http';

describe('Of the two layers of an answer', () => {
	it('the HTTP status counts where it is not a success', () => {
		expect(judge(answer(404, envelope(200)))).toMatchObject({ status: 404, fromService: true });
	});

	it('the code in the body counts where HTTP says success', () => {
		expect(judge(answer(200, envelope(401)))).toMatchObject({ status: 401, fromService: true });
		expect(judge(answer(200, { code: ' 401 ' }))).toMatchObject({ status: 401 });
	});

	it('a body without a code is not from the service', () => {
		for (const body of [undefined, null, '', 'page', 7, true, [], {}, { message: 'hello' }]) {
			expect(judge(answer(502, body))).toEqual({ status: 502, fromService: false });
			expect(judge(answer(200, body))).toEqual({ status: 200, fromService: false });
		}
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
			expect(judge(answer(200, { code }))).toEqual({ status: 200, fromService: false });
		}
	});

	it.each([
		[{ code: 400, message: 'general', data: { error: 'in detail' } }, 'in detail'],
		[{ code: 400, message: 'general', data: { error: '  ' } }, 'general'],
		[{ code: 400, message: ' general ', data: null }, 'general'],
		[{ code: 400, message: { a: 1 } }, undefined],
		[{ code: 400 }, undefined],
	])('the words of %j are %j', (body, words) => {
		expect(judge(answer(400, body)).message).toBe(words);
	});
});
