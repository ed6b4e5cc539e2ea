import type { NetworkFailure } from './network';

/** A call as its makers and its readers see it, however it is carried; `transport.ts` carries it. */
export interface HttpRequest {
	method: 'GET' | 'POST';
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: object;
	/** It takes in the answer to an order, so that Stop must not cut it off. */
	isPartOfOrder?: true;
}

export interface HttpAnswer {
	status: number;
	/** Names in lower case. */
	headers: Record<string, unknown>;
	/** Parsed if it was JSON, whatever its content type; else the text. */
	body: unknown;
}

/** The call came to no whole answer. */
export interface NoAnswer {
	failure: NetworkFailure;
	/** False only where nothing was sent, so that nothing can have been received. */
	maybeReceived: boolean;
}

/** One authenticated call. Never rejects: every status, and no answer at all, is an outcome. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer | NoAnswer>;

/** What the limits of an account learn from a read: whether it was turned away. */
export interface Counted {
	/** "trouble" where it came to nothing. */
	kind: string;
	limited?: boolean;
	retryAfterMs?: number;
}

/** Makes a read in such a way that it counts for the limits of the account. */
export type CountedRead = <Answer extends Counted>(send: () => Promise<Answer>) => Promise<Answer>;

/**
 * `Retry-After` in ms from `now` (Unix ms): it may hold seconds or a date (RFC 9110, 10.2.3).
 * Undefined when it is missing or makes no sense.
 */
export function retryAfterMs(headers: Record<string, unknown>, now: number): number | undefined {
	const value = headers['retry-after'];
	if (typeof value !== 'string' || value.trim() === '') return undefined;
	const seconds = Number(value);
	const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000;
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
