/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { Readable } from 'node:stream';
import { CODE_OK, type Envelope } from '../nodes/shared/contract';

/** What a client can ask for and a fault can be put on. */
export const ENDPOINTS = ['submit', 'read', 'balance', 'download'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** A request as the service sees it. */
export interface Call {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: Record<string, string | string[] | undefined>;
	body: Buffer;
}

/** A body too big for memory: `open` starts it, `length` is its size in bytes. */
export interface StreamedBody {
	length: number;
	open: () => Readable;
}

/** An answer before it goes out, so that a fault can still change how it does. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: Buffer | StreamedBody;
	/** The task that this request created. */
	accepted?: { taskId: string; charged: number };
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function json(status: number, body: unknown): Answer {
	return {
		status,
		headers: { 'Content-Type': JSON_TYPE },
		body: Buffer.from(JSON.stringify(body)),
	};
}

export function text(status: number, body: string, type = 'text/plain; charset=utf-8'): Answer {
	return { status, headers: { 'Content-Type': type }, body: Buffer.from(body) };
}

export function ok<Data>(data: Data): Envelope<Data> {
	return { code: CODE_OK, message: 'success', data };
}

/** A refusal in the service's envelope: the same number as HTTP status and as code. */
export function refusal(code: number, message: string, data: unknown = null): Answer {
	return json(code, { code, message, data });
}
