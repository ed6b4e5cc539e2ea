import { CODE_OK } from './contract';
import type { HttpAnswer } from './http';
import { isRecord } from './is-record';
import { excerptOf, shorten, wordsIn } from './words';

/**
 * What an answer of the service comes down to, whichever of its two layers spoke: the HTTP status,
 * or the `code` inside the body of an HTTP 200.
 */
export interface Verdict {
	/** 200 when both layers say so; else the status or code that says otherwise. */
	status: number;
	/**
	 * Whose answer it is: the service's own JSON envelope, any other JSON, or what something on the way to
	 * it has put in its place, such as a gateway's page.
	 */
	from: 'service' | 'json' | 'elsewhere';
	/** The words of the answer, shortened, if there are some. */
	message?: string;
	/** Some refusals carry the code of a failure. [errors] */
	failCode?: string;
	/** `data` of the body, as it came. */
	data?: unknown;
}

/** Reads the two layers of an answer. Never throws, whatever the body holds. */
export function verdictOf({ status, body }: HttpAnswer): Verdict {
	const isOk = status >= 200 && status < 300;
	if (!isRecord(body)) {
		const message = typeof body === 'string' && body.trim() !== '' ? excerptOf(body) : undefined;
		return { status: isOk ? CODE_OK : status, from: 'elsewhere', message };
	}
	const code = codeOf(body);
	const isEnvelope = Number.isInteger(code);
	return {
		status: isOk && isEnvelope ? code : isOk ? CODE_OK : status,
		from: isEnvelope ? 'service' : 'json',
		// The detail in `data` says more than the general message.
		message: wordsIn(body.data) ?? wordsIn(body),
		failCode: failCodeOf(body),
		data: body.data,
	};
}

function codeOf({ code }: Record<string, unknown>): number {
	if (typeof code === 'string' && code.trim() !== '') return Number(code);
	return typeof code === 'number' ? code : NaN;
}

function failCodeOf(body: Record<string, unknown>): string | undefined {
	const inData = isRecord(body.data) ? failCodeFromWire(body.data.failCode) : undefined;
	return inData ?? failCodeFromWire(body.failCode);
}

/** A text by the documentation; numbers were seen at sister services. */
export function failCodeFromWire(failCode: unknown): string | undefined {
	if (typeof failCode === 'number') return String(failCode);
	return typeof failCode === 'string' && failCode !== '' ? shorten(failCode, 100) : undefined;
}
