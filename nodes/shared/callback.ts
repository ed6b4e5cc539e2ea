import { createHmac, timingSafeEqual } from 'crypto';

import { isRecord } from './is-record';

/** Query names in a callback URL; they carry the package's name, because the URL belongs to others. */
const METADATA = 'apixo_metadata';
const SIGNATURE = 'apixo_signature';

/**
 * How long a callback URL may get. Servers and proxies on its way commonly stop at 2,048 characters; the
 * service documents no limit.
 */
export const MAX_CALLBACK_URL_LENGTH = 2000;

/** Ids of tasks are short; one this long is no id. */
const MAX_TASK_ID_LENGTH = 200;

/** `url` with `metadata` (any JSON) and its HMAC, made with the API key, in the query. */
export function withMetadata(url: string, metadata: unknown, apiKey: string): string {
	const encoded = Buffer.from(JSON.stringify(metadata)).toString('base64url');
	const signed = new URL(url);
	signed.searchParams.set(METADATA, encoded);
	signed.searchParams.set(SIGNATURE, sign(encoded, apiKey));
	return signed.toString();
}

/**
 * The metadata of a callback's query, as it went out. `none` if the URL had none; `forged` if it was not
 * signed with this key.
 */
export function readMetadata(
	query: Record<string, unknown>,
	apiKey: string,
): { kind: 'none' } | { kind: 'forged' } | { kind: 'metadata'; metadata: unknown } {
	const encoded = query[METADATA];
	const signature = query[SIGNATURE];
	if (encoded === undefined && signature === undefined) return { kind: 'none' };
	if (typeof encoded !== 'string' || typeof signature !== 'string') return { kind: 'forged' };
	if (!sameText(signature, sign(encoded, apiKey))) return { kind: 'forged' };
	try {
		const json = Buffer.from(encoded, 'base64url').toString();
		return { kind: 'metadata', metadata: JSON.parse(json) as unknown };
	} catch {
		return { kind: 'forged' };
	}
}

/** The task that a callback's body speaks of, and its raw data; undefined if the body is no callback. */
export function readCallback(body: unknown): { taskId: string; data: unknown } | undefined {
	const data = isRecord(body) ? body.data : undefined;
	if (!isRecord(data) || typeof data.taskId !== 'string' || typeof data.state !== 'string') {
		return undefined;
	}
	const { taskId } = data;
	if (taskId.trim() === '' || taskId.length > MAX_TASK_ID_LENGTH) return undefined;
	return { taskId, data };
}

/** Compares in a time that does not tell how much of the text was right. */
export function sameText(given: string, expected: string): boolean {
	const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** The word in front keeps these signatures from ever being good for anything else. */
function sign(encoded: string, apiKey: string): string {
	return createHmac('sha256', apiKey).update(`apixo-metadata:${encoded}`).digest('base64url');
}
