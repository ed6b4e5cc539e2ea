/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { json, ok, text, type Answer, type Endpoint } from './answer';
import type { Fault } from './faults';
import { fill } from './placeholders';
import type { Timers } from './timers';

const TRICKLE_MS = 50;

/** Sends an answer as it is. */
export function send(response: ServerResponse, answer: Answer): void {
	const { body } = answer;
	response.writeHead(answer.status, { ...answer.headers, 'Content-Length': String(body.length) });
	if (Buffer.isBuffer(body)) response.end(body);
	// Ends the source too when the client goes away.
	else pipeline(body.open(), response, () => {});
}

/** What a fault makes of an answer that can still be sent whole; undefined for one that it breaks off. */
export function spoiled(
	answer: Answer,
	endpoint: Endpoint,
	fault: Fault,
	taskId?: string,
): Answer | undefined {
	switch (fault.kind) {
		case 'status':
			return withStatus(fault);
		case 'body-code': {
			const code = fault.code ?? 500;
			return json(200, { code, message: fault.message ?? 'Internal error', data: null });
		}
		case 'garbage':
			return text(200, '\u0000\u0001 not what you asked for {', 'application/json');
		case 'no-data':
			if (endpoint === 'download') return { ...answer, body: Buffer.alloc(0) };
			return json(200, { ...ok(undefined) });
		case 'reply':
			return reply(answer, fault, taskId);
		case 'wrong-type':
			return { ...answer, headers: { ...answer.headers, 'Content-Type': 'text/html' } };
		case 'slow':
			return answer;
		default:
			return undefined;
	}
}

/** On a submission, the task is the one that was created for it; on a read, the one that was asked for. */
function reply(answer: Answer, { status = 200, json: body }: Fault, taskId?: string): Answer {
	if (body === undefined) return { ...answer, status };
	const filled = fill(body, { taskId: answer.accepted?.taskId ?? taskId });
	return typeof filled === 'string' ? text(status, filled) : json(status, filled);
}

function withStatus(fault: Fault): Answer {
	const status = fault.status ?? 500;
	const message = fault.message ?? `Status ${status} on demand`;
	const bodies: Record<NonNullable<Fault['body']>, Answer> = {
		json: json(status, { code: status, message, data: null }),
		html: text(status, `<html><body><h1>${message}</h1></body></html>`, 'text/html'),
		text: text(status, message),
		empty: { status, headers: {}, body: Buffer.alloc(0) },
	};
	const answer = bodies[fault.body ?? 'json'];
	if (fault.retryAfter === undefined) return answer;
	return { ...answer, headers: { ...answer.headers, 'Retry-After': String(fault.retryAfter) } };
}

/** Sends half of what Content-Length promises, then destroys the connection. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
	const { length } = answer.body;
	response.writeHead(answer.status, { ...answer.headers, 'Content-Length': String(length) });
	const half = Math.floor(length / 2);
	let left = half;
	const source = Buffer.isBuffer(answer.body) ? Readable.from([answer.body]) : answer.body.open();
	response.on('close', () => source.destroy());
	source.on('data', (chunk: Buffer) => {
		const part = chunk.subarray(0, left);
		left -= part.length;
		if (left > 0) return void response.write(part);
		source.destroy();
		response.write(part, () => response.destroy());
	});
}

/** Headers, then a byte now and then, until either side closes. */
export function sendEndless(response: ServerResponse, answer: Answer, timers: Timers): void {
	response.writeHead(answer.status, answer.headers);
	const trickle = () => {
		if (response.destroyed) return;
		response.write(' ');
		timers.afterReal(TRICKLE_MS, trickle);
	};
	trickle();
}
