import { CODE_OK } from './contract';
import type { HttpAnswer } from './transport';

/**
 * What an answer of the service comes down to, whichever of its two layers spoke: the HTTP status,
 * or the `code` inside the body of an HTTP 200.
 */
export interface Verdict {
	/** 200 when both layers say so; else the status or code that says otherwise. */
	status: number;
	/** Whether the body is the service's own JSON envelope, and not, say, a gateway's page. */
	fromService: boolean;
	/** The service's own words, if it sent some. */
	message?: string;
	/** `data` of the body, as it came. */
	data?: unknown;
}

/** Whether `value` is a JSON object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the two layers of an answer. Never throws, whatever the body holds. */
export function judge(answer: HttpAnswer): Verdict {
	const { status, body } = answer;
	const httpOk = status >= 200 && status < 300;
	const code = isRecord(body) ? codeOf(body) : NaN;
	if (!isRecord(body) || !Number.isInteger(code)) {
		const data = isRecord(body) ? body.data : undefined;
		return { status: httpOk ? CODE_OK : status, fromService: false, data };
	}
	return {
		status: httpOk ? code : status,
		fromService: true,
		message: messageOf(body),
		data: body.data,
	};
}

function codeOf({ code }: Record<string, unknown>): number {
	if (typeof code === 'string' && code.trim() !== '') return Number(code);
	return typeof code === 'number' ? code : NaN;
}

/** The detail in `data.error` says more than the general `message`. */
function messageOf(body: Record<string, unknown>): string | undefined {
	const detail = isRecord(body.data) ? body.data.error : undefined;
	for (const text of [detail, body.message]) {
		if (typeof text === 'string' && text.trim() !== '') return text.trim();
	}
	return undefined;
}

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
