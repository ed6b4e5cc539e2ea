import type { IExecuteFunctions, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from './clock';
import { readCredential, type Credential } from './credential';
import type { Problem } from './errors';
import type { Http, HttpAnswer } from './http';
import { isRecord } from './is-record';
import { withoutKey } from './key';
import { networkFailureOf } from './network';

/** The credential type, for reading it and for signing requests by it. */
const CREDENTIAL = 'apixoApi';

/** How long one call may take in all, ms, unless told otherwise: n8n's own time-out only counts silence. */
const CALL_DEADLINE_MS = 30_000;

/** No answer of the service is anywhere near. In characters. */
const LARGEST_ANSWER = 1_000_000;

/** What is kept of a text and of a list in a larger one. */
const LONGEST_TEXT = 1_000;
const LONGEST_LIST = 100;

/** The way to the service. Its key is for signing callbacks only; requests are signed by n8n. */
export interface Connection extends Omit<Credential, 'kind'> {
	kind: 'connection';
	http: Http;
}

/**
 * Opens the way to the service through n8n's own helper, which adds the credential's header.
 * The answer never holds the key, even where the service sends it back. Gives a problem where the
 * credential is of no use.
 */
export async function connect(
	context: IExecuteFunctions | IWebhookFunctions,
	clock: Clock,
	deadlineMs = CALL_DEADLINE_MS,
): Promise<Connection | { kind: 'problem'; problem: Problem }> {
	const credentials = await context.getCredentials(CREDENTIAL);
	const credential = readCredential(credentials);
	if (credential.kind === 'problem') return credential;
	const { baseUrl, apiKey } = credential;
	const credentialsDecrypted = { id: '', name: '', type: CREDENTIAL, data: credentials };

	const http: Http = async ({ method, path, query, headers, body, isPartOfOrder }) => {
		const options: IHttpRequestOptions = {
			method,
			url: baseUrl + path,
			qs: query,
			body,
			headers: { Accept: 'application/json', ...headers },
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// A redirect would turn a paid POST into a GET somewhere else.
			disableFollowRedirect: true,
			sendCredentialsOnCrossOriginRedirect: false,
			timeout: deadlineMs,
		};
		// An order that Stop cut off would be paid for all the same, and its task ID lost.
		const isOrder = method === 'POST' || isPartOfOrder;
		const signal = isOrder ? clock.timeout(deadlineMs) : clock.deadline(deadlineMs);
		try {
			const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(
				withSignal(context, signal),
				CREDENTIAL,
				options,
				// Or else n8n reads and decrypts them anew for every call.
				{ credentialsDecrypted },
			);
			const { body: received, ...rest } = toAnswer(answer);
			return { ...rest, body: readable(apiKey, received) };
		} catch (error) {
			if (signal.aborted) return { failure: 'time-out', maybeReceived: true };
			const { failure, maybeSent } = networkFailureOf(error);
			return { failure, maybeReceived: maybeSent };
		}
	};
	return { kind: 'connection', http, baseUrl, apiKey };
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

/** What may be read, kept and shown of a body: of a sane size, and without the key. */
function readable(apiKey: string, body: unknown): unknown {
	try {
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		const clean = withoutKey(apiKey, body);
		return text === undefined || text.length <= LARGEST_ANSWER ? clean : pruned(clean);
	} catch {
		return 'an answer that is nested too deep';
	}
}

/** A task id is short: it survives, whatever else is too much. */
function pruned(value: unknown): unknown {
	if (typeof value === 'string') return value.slice(0, LONGEST_TEXT);
	if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map(pruned);
	if (!isRecord(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, pruned(one)]));
}
