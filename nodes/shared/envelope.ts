import { CODE_OK } from './contract';
import type { HttpAnswer } from './http';
import { isRecord } from './is-record';

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
