import { isRecord } from '../../nodes/shared/is-record.ts';
import { placeholder } from '../../sandbox/placeholders.ts';

/** What must not stand in a report as it is. */
export interface Secrets {
	apiKey: string;
	/** Everything else of this run that may be echoed: the prompt, addresses, task IDs. */
	others: string[];
}

/** The service's words, which the report is about. All other texts could be somebody's. */
const WORDS = ['code', 'message', 'msg', 'error', 'state', 'failCode', 'failMsg'];

const URLS = /https?:\/\/[^\s"'\\<>]+/g;

/** Addresses, numbers and ids that could belong to a person. */
const PERSONAL = /[\w.+-]+@[\w-]+\.[\w.]+|\b\d{1,3}(\.\d{1,3}){3}\b|\b[0-9a-f-]{16,}\b|\d{6,}/gi;

const MAX_WORDS = 300;

/** A text without the secrets of this run, the longest first. */
function withoutSecrets(text: string, { apiKey, others }: Secrets): string {
	return [apiKey, ...others]
		.filter((secret) => secret.length > 3)
		.sort((one, other) => other.length - one.length)
		.reduce((rest, secret) => rest.split(secret).join('…'), text);
}

/** A text of the service without what is secret or personal in it. */
export function words(text: string, secrets: Secrets): string {
	const without = withoutSecrets(text, secrets);
	return without.replace(URLS, '{url}').replace(PERSONAL, '…').slice(0, MAX_WORDS);
}

/**
 * A body with placeholders for all that differs from task to task, or could be somebody's; with
 * `anyState` the state too.
 */
export function withPlaceholders(body: unknown, secrets: Secrets, anyState = false): unknown {
	const known = (name: string, value: unknown): unknown => {
		switch (name) {
			case 'taskId':
				return value === null ? null : placeholder(name);
			case 'state':
				return anyState ? placeholder(name) : words(String(value), secrets);
			case 'createTime':
			case 'completeTime':
				return timeOf(name, value, 1e11);
			case 'costTime':
				return timeOf(name, value, 1e3);
			case 'resultJson':
				return result(value, secrets);
			// Only the balance is a bare number there.
			case 'data':
			case 'balance':
				return balanceOf(value) ?? other(value);
			default:
				if (typeof value === 'string' && WORDS.includes(name)) return words(value, secrets);
				return name === 'code' ? value : other(value);
		}
	};
	const other = (value: unknown): unknown => {
		if (typeof value === 'string') return value === '' ? '' : '{text}';
		if (typeof value === 'number') return '{number}';
		if (Array.isArray(value)) return value.map(other);
		if (!isRecord(value)) return value;
		return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, known(name, one)]));
	};
	return typeof body === 'string' ? words(body, secrets) : other(body);
}

/** Values below `lowestMs` are no ms, but seconds. */
function timeOf(name: string, value: unknown, lowestMs: number): unknown {
	if (typeof value === 'string') return placeholder(name, 'text');
	if (typeof value !== 'number') return value;
	return placeholder(name, value < lowestMs ? 'seconds' : undefined);
}

function balanceOf(value: unknown): string | undefined {
	if (typeof value === 'number') return placeholder('balance');
	const isNumber = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
	return isNumber ? placeholder('balance', 'text') : undefined;
}

/** The form matters here, in a text as in an object: only the links go, and what must not be told. */
function result(value: unknown, secrets: Secrets): unknown {
	if (value === undefined || value === null) return value;
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	const told = withoutSecrets(text.replace(URLS, placeholder('videoUrl')), secrets);
	return typeof value === 'string' ? told : (JSON.parse(told) as unknown);
}
