import { isRecord } from './is-record';

/** White space and whatever else nobody sees. (Unicode: Other, Separator, Default_Ignorable_Code_Point) */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\s\u2800]/gu;

/** What HTTP can carry in a header, without white space. (RFC 9110, 5.5) */
const PRINTABLE = /^[\x21-\x7e]*$/;

/** A shorter text is no key; taking out every "a" would only garble an answer. Characters. */
const SHORTEST_KEY = 6;

/** From this length on, no name that the service uses can hold it. Characters. */
const SHORTEST_IN_NAMES = 8;

/**
 * The key without what came along when it was copied: line breaks, spaces, zero-width characters. n8n's
 * HTTP client would leave them out too, and so the key that is sent is the one that is looked for in answers.
 */
export function cleanKey(value: unknown): string {
	return typeof value === 'string' ? value.replace(INVISIBLE, '') : '';
}

/** Whether the key has a character that no key has, such as a Cyrillic "а" or a dash of a word processor. */
export function isSendable(key: string): boolean {
	return PRINTABLE.test(key);
}

/** What the service sent, without the key: as it is, or written in one of the ways that are common. */
export function withoutKey(key: string, received: unknown): unknown {
	if (key.length < SHORTEST_KEY) return received;
	const plain = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), inHex(key)];
	const forms = [new RegExp(oneOf(plain), 'gi'), new RegExp(oneOf(inBase64(key)), 'g')];
	return withoutForms(forms, received, key.length >= SHORTEST_IN_NAMES);
}

/** Text by text: in the JSON as a whole, a key could match across its syntax and its numbers. */
function withoutForms(forms: RegExp[], value: unknown, inNames: boolean): unknown {
	const clean = (text: string) => forms.reduce((rest, form) => rest.replace(form, '***'), text);
	if (typeof value === 'string') return clean(value);
	if (Array.isArray(value)) return value.map((one) => withoutForms(forms, one, inNames));
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).map(([name, one]) => [
		inNames ? clean(name) : name,
		withoutForms(forms, one, inNames),
	]);
	return Object.fromEntries(entries);
}

function inHex(key: string): string {
	return Buffer.from(key).toString('hex');
}

/** Base64 of a text that holds the key: what it looks like depends on where in the text it begins. */
function inBase64(key: string): string[] {
	return [0, 1, 2].flatMap((before) => {
		const encoded = Buffer.from(' '.repeat(before) + key).toString('base64');
		const from = Math.ceil((before * 8) / 6);
		const to = Math.floor(((before + key.length) * 8) / 6);
		const standard = encoded.slice(from, to);
		return [standard, standard.replace(/\+/g, '-').replace(/\//g, '_')];
	});
}

function oneOf(texts: string[]): string {
	return texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
}
