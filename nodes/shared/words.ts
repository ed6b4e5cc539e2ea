import { isRecord } from './is-record';

/** Texts of the service are kept in items, errors and n8n's database: the longest one, in characters. */
const LONGEST_WORDS = 500;

/** The longest excerpt of an answer that nobody understands. */
const LONGEST_EXCERPT = 300;

/** Where the service's own words stand, what says most first. Only `message` is documented. [errors] [sister] */
const NAMES_OF_WORDS = ['failMsg', 'error', 'message', 'msg'];

/** As one line, and not longer than `longest` characters. */
export function shorten(text: string, longest = LONGEST_WORDS): string {
	// Cut before its white space is looked at: it may be of any length.
	const line = text
		.slice(0, longest * 4)
		.replace(/\s+/g, ' ')
		.trim();
	if (line.length <= longest) return line;
	return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The service's own words in `value`, shortened; undefined where it has none. */
export function wordsIn(value: unknown, depth = 3): string | undefined {
	if (typeof value === 'string') return value.trim() === '' ? undefined : shorten(value);
	if (!isRecord(value) || depth === 0) return undefined;
	for (const name of NAMES_OF_WORDS) {
		const words = wordsIn(value[name], depth - 1);
		if (words !== undefined) return words;
	}
	return undefined;
}

/** What an answer held that nobody understands, for somebody to read. */
export function excerptOf(value: unknown): string {
	if (typeof value === 'string') return excerptOfPage(value) || 'nothing';
	try {
		return shorten(JSON.stringify(value) ?? 'nothing', LONGEST_EXCERPT);
	} catch {
		return 'something that cannot be shown';
	}
}

/** The text of a page without its markup, as far as it is a page. */
function excerptOfPage(page: string): string {
	const text = page
		.slice(0, 20_000)
		.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gis, ' ')
		.replace(/<[^<>]*>/g, ' ');
	return shorten(text, LONGEST_EXCERPT);
}
