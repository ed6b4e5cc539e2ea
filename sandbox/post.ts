/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type http from 'node:http';
import { JSON_TYPE } from './answer';
import type { Fault } from './faults';
import { requestLoopback } from './loopback';

interface PostOptions {
	fault?: Fault;
	/** ms on the client's clock. */
	withinMs: number;
	closing: AbortSignal;
}

interface PostOutcome {
	/** null when no answer was heard. */
	status: number | null;
	note?: string;
}

const TRICKLE_MS = 50;

/** Posts JSON to a URL on this machine; a fault spoils it on the way. Never throws. */
export async function post(
	url: string,
	body: unknown,
	{ fault, withinMs, closing }: PostOptions,
): Promise<PostOutcome> {
	if (fault?.kind === 'reset-before') return { status: null, note: 'lost on the way' };
	const sent = Buffer.from(spoil(body, fault));
	const headers: http.OutgoingHttpHeaders = {
		'Content-Type': fault?.kind === 'wrong-type' ? 'text/html; charset=utf-8' : JSON_TYPE,
		...(fault?.kind === 'endless' ? {} : { 'Content-Length': sent.length }),
	};
	return await new Promise((resolve) => {
		const request = requestLoopback(url, { method: 'POST', headers, signal: closing });
		const late = setTimeout(() => {
			resolve({ status: null, note: 'not answered in time' });
			request.destroy();
		}, withinMs);
		request.on('close', () => {
			clearTimeout(late);
			resolve({ status: null, note: 'the connection ended without an answer' });
		});
		request.on('error', ({ message }) => resolve({ status: null, note: message }));
		request.on('response', (response) => {
			if (fault?.kind === 'reset-after') {
				request.destroy();
				resolve({ status: null, note: 'the connection broke before the answer was heard' });
				return;
			}
			response.resume();
			resolve({ status: response.statusCode ?? null });
		});
		send(request, sent, fault);
	});
}

function spoil(body: unknown, fault: Fault | undefined): string {
	switch (fault?.kind) {
		case 'garbage':
			return 'this is {not JSON';
		case 'no-data':
			return JSON.stringify({ ...Object(body), data: undefined });
		case 'body-code':
			return JSON.stringify({ ...Object(body), code: fault.code ?? 500 });
		default:
			return JSON.stringify(body) ?? '';
	}
}

function send(request: http.ClientRequest, body: Buffer, fault: Fault | undefined): void {
	if (fault?.kind === 'half-body') {
		request.write(body.subarray(0, body.length / 2), () => request.destroy());
	} else if (fault?.kind === 'endless') {
		const trickle = setInterval(() => request.write(' '), TRICKLE_MS);
		request.on('close', () => clearInterval(trickle));
	} else {
		request.end(body);
	}
}
