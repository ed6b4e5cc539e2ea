import {
	BadInput,
	boolean,
	choice,
	httpUrl,
	number,
	shown,
	text,
} from '../../../nodes/Apixo/actions/check';
import { CFG_SCALE, DURATIONS, PROMPT_MAX_LENGTH } from '../../../nodes/shared/contract';

/** What a check says about a value that it refuses. */
function refusal(check: () => unknown): string {
	let said = 'The value was accepted';
	try {
		check();
	} catch (error) {
		const refused = error instanceof BadInput;
		said = refused ? `${error.message}. ${error.description}` : `A fault: ${String(error)}`;
	}
	return said;
}

describe('A text', () => {
	const prompt = (value: unknown) => text('Prompt', value, { min: 1, max: PROMPT_MAX_LENGTH });

	it('is taken without the white space around it, as its length is counted', () => {
		expect(prompt('  A boat \n')).toBe('A boat');
		expect(prompt(`${'a'.repeat(PROMPT_MAX_LENGTH)}\n\n`)).toHaveLength(PROMPT_MAX_LENGTH);
	});

	it('counts characters, not halves of them', () => {
		expect([...prompt('🚤'.repeat(PROMPT_MAX_LENGTH))]).toHaveLength(PROMPT_MAX_LENGTH);
	});

	it.each(['', '   ', '\n\t'])('that is empty (%j) is refused, naming the parameter', (value) => {
		expect(refusal(() => prompt(value))).toContain("'Prompt' is empty");
	});

	it('that is too long is refused, with rule and value', () => {
		const said = refusal(() => prompt('b'.repeat(2501)));
		expect(said).toContain("'Prompt' may have at most 2500 characters, but has 2501: \"bbb");
		expect(said.length).toBeLessThan(300);
	});

	it.each(['{{ $json.prompt }}', 'A {{$json.what}} boat', 'A {{\n$json.x\n}}'])(
		'that still holds an expression (%j) is refused',
		(value) => {
			const said = refusal(() => prompt(value));
			expect(said).toContain("'Prompt' still holds an expression that was not evaluated: \"{{");
			expect(said).toContain('from "Fixed" to "Expression"');
		},
	);

	it.each(['{ a }', '{{ unclosed', '}} {{', '{ { a } }'])(
		'may hold braces otherwise: %j',
		(value) => {
			expect(prompt(value)).toBe(value);
		},
	);

	it.each([undefined, null, 5, true, {}, []])('is not %j', (value) => {
		expect(refusal(() => prompt(value))).toContain(`'Prompt' must be a text, but is `);
	});
});

describe('A choice', () => {
	const duration = (value: unknown) => choice('Duration', value, DURATIONS);

	it('is taken as it is, and a text that spells a number as that number', () => {
		expect([5, 10, '5', ' 10 '].map(duration)).toEqual([5, 10, 5, 10]);
	});

	it.each([7, '7', 5.5, '5s', '', ' ', null, undefined, true, [5], { duration: 5 }, NaN])(
		'of something else (%j) is refused, with rule and value',
		(value) => {
			const said = refusal(() => duration(value));
			expect(said).toContain(`'Duration' must be one of 5, 10, but is ${shown(value)}`);
		},
	);
});

describe('A switch', () => {
	it('is on or off, in words too', () => {
		expect([true, 'true', false, 'false'].map((one) => boolean('Wait', one))).toEqual([
			true,
			true,
			false,
			false,
		]);
	});

	it.each([1, 0, 'yes', '', null, undefined, 'TRUE'])('is not %j', (value) => {
		expect(refusal(() => boolean('Wait', value))).toContain("'Wait' must be true or false");
	});
});

describe('A number', () => {
	const cfg = (value: unknown) => number('CFG Scale', value, CFG_SCALE);

	it('is taken within its range and steps, as a text too', () => {
		expect([0, 1, 0.5, '0.3', ' 0.7 '].map(cfg)).toEqual([0, 1, 0.5, 0.3, 0.7]);
	});

	it('that is off its step by the error of binary numbers alone is put right', () => {
		expect(cfg(0.1 + 0.2)).toBe(0.3);
		expect(cfg(0.7 + 0.1)).toBe(0.8);
	});

	it.each([-0.1, 1.1, 0.55, '0.55', NaN, Infinity, '', ' ', 'half', null, undefined, true, [0.5]])(
		'of %j is refused, with rule and value',
		(value) => {
			const rule = "'CFG Scale' must be a number from 0 to 1 in steps of 0.1, but is ";
			expect(refusal(() => cfg(value))).toContain(rule + shown(value));
		},
	);

	it.each([
		[{ min: 0 }, -1, 'must be a number of at least 0, but is -1'],
		[{ min: 0, moreThanMin: true }, 0, 'must be a number above 0, but is 0'],
		[{ min: 1, max: 1000, step: 1 }, 2.5, 'from 1 to 1000 without decimals, but is 2.5'],
		[{}, 'x', 'must be a number, but is "x"'],
	])('tells its rule %j', (rule, value, words) => {
		expect(refusal(() => number('Timeout', value, rule))).toContain(`'Timeout' `);
		expect(refusal(() => number('Timeout', value, rule))).toContain(words);
	});
});

describe('A URL', () => {
	const url = (value: unknown) => httpUrl('Start Image URL', value, 'Give a link.');

	it('is absolute, http or https', () => {
		expect(url(' https://example.com/a.jpg ')).toBe('https://example.com/a.jpg');
		expect(url('http://example.com')).toBe('http://example.com');
	});

	it.each(['', '  ', null, undefined])('that is missing (%j) is called empty', (value) => {
		expect(refusal(() => url(value))).toBe("'Start Image URL' is empty. Give a link.");
	});

	it('holds no expression that nobody evaluated', () => {
		expect(refusal(() => url('https://example.com/{{ $json.id }}.jpg'))).toContain(
			'was not evaluated: "{{ $json.id }}"',
		);
	});

	it.each([
		'example.com/a.jpg',
		'/a.jpg',
		'data:image/png;base64,AA',
		'ftp://a/b',
		'https://',
		'http:host',
		7,
		{},
	])('is not %j', (value) => {
		const rule = "'Start Image URL' must be an absolute http or https URL, but is ";
		expect(refusal(() => url(value))).toContain(rule + shown(value));
	});
});

describe('An expression that finds nothing', () => {
	it.each([undefined, null])('(%p) is told as a field that the item does not have', (value) => {
		const said = `but is ${shown(value)}: this item has no such field`;
		expect(refusal(() => text('Prompt', value))).toContain(said);
		expect(refusal(() => choice('Duration', value, DURATIONS))).toContain(said);
		expect(refusal(() => text('Prompt', 7))).not.toContain('no such field');
	});
});

describe('A value in a text', () => {
	it('is short, whatever it is', () => {
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		for (const value of [circular, 10n, Symbol('x'), () => 1, 'x'.repeat(5000), undefined]) {
			expect(shown(value).length).toBeLessThanOrEqual(80);
		}
	});
});
