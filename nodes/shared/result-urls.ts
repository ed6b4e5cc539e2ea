import { isRecord } from './is-record';
import { isHttpUrl } from './urls';

/** Names of the links to clips, by the documentation and as seen at sister services. [status] [sister] */
const NAMES_OF_RESULTS = ['resultUrls', 'result_urls', 'resultUrl', 'result_url'];

/** Within a result, a link may be a text, or an object that has it under one of these names. */
const NAMES_OF_LINKS = ['url', 'videoUrl', 'video_url', 'video'];

/** JSON encoded twice was seen, in a text, in an object. */
const DEEPEST = 6;

/**
 * The links to the clips of a task that ended well, from `data` of a read. `resultJson` is a JSON text that
 * holds `resultUrls`, by the documentation; whatever else sister services put there is read as well,
 * because a clip whose link is not found was paid for in vain.
 */
export function resultUrlsFromWire(data: Record<string, unknown>): string[] {
	const inResult = urlsIn(data.resultJson, DEEPEST);
	return [...new Set(inResult.length > 0 ? inResult : urlsUnder(NAMES_OF_RESULTS, data, DEEPEST))];
}

function urlsIn(value: unknown, depth: number): string[] {
	if (depth === 0) return [];
	if (typeof value === 'string') {
		const text = value.trim();
		return isHttpUrl(text) ? [text] : urlsIn(parsed(text), depth - 1);
	}
	if (Array.isArray(value)) return value.flatMap((one) => urlsIn(one, depth - 1));
	if (!isRecord(value)) return [];
	// With results by name, other links are something else: a first frame, a page, a picture.
	if (NAMES_OF_RESULTS.some((name) => name in value)) {
		return urlsUnder(NAMES_OF_RESULTS, value, depth);
	}
	const links = urlsUnder(NAMES_OF_LINKS, value, depth);
	return links.length > 0 ? links : urlsUnder(Object.keys(value), value, depth);
}

function urlsUnder(names: string[], value: Record<string, unknown>, depth: number): string[] {
	return names.flatMap((name) => urlsIn(value[name], depth - 1));
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
	if (!/^["[{]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
