import { cleanKey, isSendable, withoutKey } from '../../../nodes/shared/key';

const KEY = ['sk', 'apixo+/', '0123456789abcdef"x'].join('-');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = Buffer.from(KEY).toString('hex');

/** Ways to send a key back. */
const ECHOES: Array<[string, unknown]> = [
	['alone', KEY],
	['in a header', `Bearer ${KEY}`],
	['in a sentence', `The key ${KEY} is wrong`],
	['twice', `${KEY}${KEY}`],
	['in capitals', KEY.toUpperCase()],
	['in a message', { code: 401, message: `Bad ${KEY}` }],
	['in the detail', { code: 401, data: { error: KEY } }],
	['deep inside', { data: [{ a: { b: [KEY] } }] }],
	['as a name', { [KEY]: 1 }],
	['as a part of a name', { [`header ${KEY}`]: true }],
	['as a state', { data: { state: KEY } }],
	['as a fail code', { data: { failCode: KEY, failMsg: KEY } }],
	['in a link', { data: { resultUrls: [`https://a/?key=${encodeURIComponent(KEY)}`] } }],
	['in a link in a text', JSON.stringify({ resultUrls: [`https://a/?key=${KEY}`] })],
	['in JSON in a text', JSON.stringify({ key: KEY })],
	['in a page', `<html><pre>Authorization: Bearer ${KEY}</pre></html>`],
	['in Base64', base64(KEY)],
	['in Base64 of a header', base64(`Bearer ${KEY}`)],
	['in Base64 of a user and a password', base64(`me:${KEY}`)],
	['in Base64 of JSON', base64(JSON.stringify({ k: 1, key: KEY.replace('"', '') }))],
	['in Base64 for URLs', Buffer.from(`x${KEY}`).toString('base64url')],
	['in hex', hex],
	['in hex with capitals', hex.toUpperCase()],
];

/** Every form of the key that somebody could turn back into it. */
function shows(text: string): boolean {
	const plain = text.toLowerCase();
	const decoded = [...text.matchAll(/[\w+/=-]{16,}/g)].map(([part]) =>
		Buffer.from(part, 'base64').toString('latin1'),
	);
	const readable = [plain, decodeURIComponent(plain.replace(/%(?![\da-f]{2})/g, '')), ...decoded];
	const middle = '0123456789abcdef';
	return (
		readable.some((one) => one.includes(middle)) ||
		plain.includes(Buffer.from(middle).toString('hex'))
	);
}

describe('The key does not come back', () => {
	it.each(ECHOES)('%s', (way, echo) => {
		// The test itself has to know the key when it sees it.
		expect([way, shows(JSON.stringify(echo))]).toEqual([way, true]);
		const sameKey = way === 'in Base64 of JSON' ? KEY.replace('"', '') : KEY;
		expect(shows(JSON.stringify(withoutKey(sameKey, echo)))).toBe(false);
	});

	it('while everything else stays', () => {
		const body = { code: 200, data: { list: [1, null, true, 'sk-apixo'], none: undefined } };
		expect(withoutKey(KEY, body)).toEqual(body);
	});

	it('and a text that is too short for a key is let through', () => {
		expect(withoutKey('a', 'banana')).toBe('banana');
		expect(withoutKey('', 'banana')).toBe('banana');
	});
});

describe('A key that was copied', () => {
	const KEPT = 'sk-apixo-123';
	it.each([
		['a line break', '\n'],
		['a tab', '\t'],
		['a no-break space', '\u00a0'],
		['a zero-width space', '\u200b'],
		['a zero-width joiner', '\u200d'],
		['a word joiner', '\u2060'],
		['a byte order mark', '\ufeff'],
		['a soft hyphen', '\u00ad'],
		['a mark for the direction', '\u202e'],
		['a variation selector', '\ufe0f'],
		['a filler', '\u3164'],
		['an empty Braille cell', '\u2800'],
		['a control character', '\u0007'],
	])('with %s is used without it', (_, sign) => {
		expect(cleanKey(`${sign}sk-api${sign}xo-123${sign}`)).toBe(KEPT);
	});

	it.each([undefined, null, 7, {}])('may be %p, which is none', (value) => {
		expect(cleanKey(value)).toBe('');
	});

	it('has only what a header can carry', () => {
		expect(isSendable(KEPT)).toBe(true);
		for (const sign of ['а', 'é', '–', '“', '😀']) expect(isSendable(KEPT + sign)).toBe(false);
	});
});
