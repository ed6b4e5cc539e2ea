import { createHmac, randomBytes, timingSafeEqual } from 'crypto';

import { isModel, KLING_MODEL, type Model } from './contract';

/** Query names in a callback URL; they carry the package's name, because the URL belongs to others. */
const METADATA = 'apixo_metadata';
const NONCE = 'apixo_nonce';
const MODEL = 'apixo_model';
const SIGNATURE = 'apixo_signature';

/**
 * How long a callback URL may get. Servers and proxies on its way commonly stop at 2,048 characters; the
 * service documents no limit.
 */
export const MAX_CALLBACK_URL_LENGTH = 2000;

/** What the query of a callback proves. */
export type Signature =
	/** We asked for this callback; with the metadata that went out, if any did. */
	| { kind: 'signed'; model: Model; metadata?: unknown }
	/** No signature, or one of another key without metadata: a stranger, or the key was changed meanwhile. */
	| { kind: 'unsigned'; model: Model }
	/** Metadata that this key did not sign. */
	| { kind: 'forged' };

/**
 * `url` with a signature in its query, made with the API key: of `metadata` (any JSON), or without any of
 * a random value, so that every callback that was asked for can be told from a stranger's. It names the
 * task's model, unless that is Kling 2.5 Turbo Pro.
 */
export function signCallbackUrl(
	url: string,
	model: Model,
	metadata: unknown,
	apiKey: string,
): string {
	const signed = new URL(url);
	const isGiven = metadata !== undefined;
	const name = isGiven ? METADATA : NONCE;
	const value = isGiven ? encode(metadata) : randomBytes(12).toString('base64url');
	signed.searchParams.set(name, value);
	if (model !== KLING_MODEL) signed.searchParams.set(MODEL, model);
	signed.searchParams.set(SIGNATURE, sign(name, value, model, apiKey));
	return signed.toString();
}

/** What a callback's query proves, and the metadata as it went out. */
export function readSignature(query: Record<string, unknown>, apiKey: string): Signature {
	const { [METADATA]: metadata, [NONCE]: nonce, [SIGNATURE]: signature } = query;
	const model = isModel(query[MODEL]) ? query[MODEL] : KLING_MODEL;
	const isSigned = (name: string, value: unknown) =>
		typeof value === 'string' &&
		typeof signature === 'string' &&
		sameText(signature, sign(name, value, model, apiKey));
	if (metadata === undefined)
		return { kind: isSigned(NONCE, nonce) ? 'signed' : 'unsigned', model };
	if (!isSigned(METADATA, metadata)) return { kind: 'forged' };
	try {
		return { kind: 'signed', model, metadata: decode(String(metadata)) };
	} catch {
		return { kind: 'forged' };
	}
}

/** Compares in a time that does not tell how much of the text was right. */
export function sameText(given: string, expected: string): boolean {
	const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** The word in front keeps these signatures from ever being good for anything else. */
function sign(name: string, value: string, model: Model, apiKey: string): string {
	const parts = [name.replace('_', '-'), value, ...(model === KLING_MODEL ? [] : [model])];
	return createHmac('sha256', apiKey).update(parts.join(':')).digest('base64url');
}

const encode = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
