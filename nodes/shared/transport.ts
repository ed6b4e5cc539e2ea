import type { IExecuteFunctions, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from './clock';
import { badBaseUrl, type Problem } from './errors';
import type { Http, HttpAnswer } from './http';
import { isRecord } from './is-record';
import { isHttpUrl } from './urls';

/** The credential type, for reading it and for signing requests by it. */
const CREDENTIAL = 'apixoApi';

/** How long one call may take in all, ms, unless told otherwise: n8n's own time-out only counts silence. */
const CALL_DEADLINE_MS = 30_000;

/** The credential, as far as this package reads it itself. */
export interface Connection {
	kind: 'connection';
	http: Http;
	/** Without a slash at the end. */
	baseUrl: string;
	/** For signing callbacks only; requests are signed by n8n. */
	apiKey: string;
}

/** Failures of these kinds happen before a connection is there. (Node.js, errors and dns) */
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * Opens the way to the service through n8n's own helper, which adds the credential's header.
 * The answer never holds the key, even where the service sends it back. Gives a problem where the
 * credential holds no usable address.
 */
export async function connect(
	context: IExecuteFunctions | IWebhookFunctions,
	clock: Clock,
	deadlineMs = CALL_DEADLINE_MS,
): Promise<Connection | { kind: 'problem'; problem: Problem }> {
	const credentials = await context.getCredentials(CREDENTIAL);
	const baseUrl = textOf(credentials.baseUrl).replace(/\/+$/, '');
	if (!isHttpUrl(baseUrl)) return { kind: 'problem', problem: badBaseUrl() };
	const apiKey = textOf(credentials.apiKey);
	const credentialsDecrypted = { id: '', name: '', type: CREDENTIAL, data: credentials };

	const http: Http = async ({ method, path, query, body }) => {
		const options: IHttpRequestOptions = {
			method,
			url: baseUrl + path,
			qs: query,
			body,
			headers: { Accept: 'application/json' },
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// A redirect would turn a paid POST into a GET somewhere else.
			disableFollowRedirect: true,
			sendCredentialsOnCrossOriginRedirect: false,
			timeout: deadlineMs,
		};
		const signal = clock.deadline(deadlineMs);
		try {
			const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(
				withSignal(context, signal),
				CREDENTIAL,
				options,
				// Or else n8n reads and decrypts them anew for every call.
				{ credentialsDecrypted },
			);
			const { body: received, ...rest } = toAnswer(answer);
			return { ...rest, body: withoutKey(apiKey, received) };
		} catch (error) {
			const failure = signal.aborted ? 'ETIMEDOUT' : codeOf(error);
			return { failure, maybeReceived: !NEVER_CONNECTED.includes(failure) };
		}
	};
	return { kind: 'connection', http, baseUrl, apiKey };
}

/** A field of a credential may be an expression, and give anything. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * n8n's helper replaces a request's `abortSignal` by the execution's own stop signal, so a deadline
 * has to join in there: the helper sees this context with a stop signal that also knows the deadline.
 */
function withSignal<Context extends object>(context: Context, signal: AbortSignal): Context {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as Context;
}

function toAnswer(response: unknown): HttpAnswer {
	if (!isRecord(response)) return { status: 200, headers: {}, body: response };
	return {
		status: Number(response.statusCode),
		headers: isRecord(response.headers) ? response.headers : {},
		body: response.body,
	};
}

/**
 * What the service sent, without the key. One too short to be a key is left alone: taking out every "a" would
 * only garble the answer.
 */
export function withoutKey(apiKey: string, received: unknown): unknown {
	return apiKey.length < 6 ? received : withoutText(apiKey, received);
}

/** Only texts are searched: in the JSON as a whole, a key could match across its syntax and its numbers. */
function withoutText(secret: string, value: unknown): unknown {
	if (typeof value === 'string') return value.split(secret).join('***');
	if (Array.isArray(value)) return value.map((one) => withoutText(secret, one));
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).map(([name, one]) => [name, withoutText(secret, one)]);
	return Object.fromEntries(entries);
}

/** Looks for Node's error code through n8n's wrapping, which differs between its versions. */
function codeOf(error: unknown): string {
	let current: unknown = error;
	for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
		const { code, httpCode, cause } = current as Record<string, unknown>;
		for (const candidate of [code, httpCode]) {
			if (typeof candidate === 'string' && /^E[A-Z_]+$/.test(candidate)) return candidate;
		}
		current = cause;
	}
	return 'EUNKNOWN';
}
