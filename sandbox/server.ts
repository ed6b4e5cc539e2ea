/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { PATHS } from '../nodes/shared/contract';
import { refusal, text, type Answer, type Call, type Endpoint } from './answer';
import { CLIPS_PATH } from './clips';
import type { Control } from './control';
import { handlesRequest, type Faults } from './faults';
import { IMAGES_PATH, sampleImage } from './images';
import type { Journal } from './journal';
import type { Like } from './like';
import { promptOf } from './requests';
import { send, sendEndless, sendHalf, spoiled } from './send';
import { BASE_PATH, isBatchPath, type Service } from './service';
import type { Timers } from './timers';
import { parseClipPath } from './task';

/** Bodies of this service are small; a client that sends more is broken. */
const MAX_BODY_BYTES = 1024 * 1024;

interface Surroundings {
	service: Service;
	/** Changes what the service answers, when it is to be like another. */
	like?: Like;
	control: Control;
	faults: Faults;
	journal: Journal;
	timers: Timers;
	/** Breaks off what is under way. */
	closing: AbortSignal;
}

/** The HTTP side: finds what answers a request, and lets a fault spoil the answer on its way out. */
export function createSandboxServer(around: Surroundings): http.Server {
	const server = http.createServer((request, response) => {
		handle(around, request, response).catch(() => response.destroy());
	});
	// As gateways do: a client that keeps its connection is not cut off between two polls.
	server.keepAliveTimeout = 60_000;
	return server;
}

async function handle(
	around: Surroundings,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://sandbox');
	const call: Call = {
		method: request.method ?? 'GET',
		path: decodeURIComponent(url.pathname),
		query: url.searchParams,
		headers: request.headers,
		body: await bodyOf(request),
	};
	if (call.path.startsWith('/sandbox/')) return send(response, await around.control.answer(call));
	if (call.path.startsWith(IMAGES_PATH)) return send(response, image(call.path));
	const endpoint = endpointOf(call);
	if (endpoint === undefined) return send(response, around.service.unknown(call));
	answerCall(around, endpoint, call, response);
}

function answerCall(
	{ service, like, faults, journal, timers, closing }: Surroundings,
	endpoint: Endpoint,
	call: Call,
	response: ServerResponse,
): void {
	endWith(closing, response);
	const taskId = call.query.get('taskId') ?? parseClipPath(call.path)?.taskId;
	const prompt = () => (endpoint === 'submit' ? promptOf(call.body) : service.promptOf(taskId));
	const hit = faults.take(endpoint, { taskId, prompt });
	const fault = hit?.fault;
	if (fault !== undefined) journal.note('fault', `${fault.kind} on ${endpoint}`, taskId);
	if (fault?.kind === 'reset-before') {
		journal.countStatus(endpoint, fault.kind);
		return void response.destroy();
	}
	const serve = (own: Call) => service[endpoint](own);
	// A submission that the fault keeps from the service is received all the same.
	const answer: Answer =
		endpoint === 'submit' && fault !== undefined && !handlesRequest(fault)
			? received(journal)
			: (like?.answer(endpoint, call, serve) ?? serve(call));
	if (hit !== undefined && answer.accepted !== undefined) hit.firing.created = answer.accepted;
	const whole = fault === undefined ? answer : spoiled(answer, endpoint, fault, taskId);
	journal.countStatus(endpoint, whole === undefined ? String(fault?.kind) : String(whole.status));
	if (whole === undefined) {
		if (fault?.kind === 'half-body') return sendHalf(response, answer);
		if (fault?.kind === 'endless') return sendEndless(response, answer, timers);
		return void response.destroy();
	}
	if (fault?.kind !== 'slow') return send(response, whole);
	timers.afterReal(fault.delayMs ?? 1_000, () => send(response, whole));
}

function endWith(closing: AbortSignal, response: ServerResponse): void {
	const end = () => response.destroy();
	closing.addEventListener('abort', end);
	response.on('close', () => closing.removeEventListener('abort', end));
}

function received(journal: Journal): Answer {
	journal.submissionsReceived++;
	return refusal(500, 'Never handled');
}

function endpointOf({ method, path }: Call): Endpoint | undefined {
	if (method === 'POST' && path.startsWith(BASE_PATH + PATHS.submit(''))) return 'submit';
	if (method !== 'GET') return undefined;
	if (path.startsWith(BASE_PATH + PATHS.read('')) || isBatchPath(path)) return 'read';
	if (path === BASE_PATH + PATHS.balance) return 'balance';
	return path.startsWith(CLIPS_PATH) ? 'download' : undefined;
}

function image(path: string): Answer {
	const sample = sampleImage(path.slice(IMAGES_PATH.length));
	if (sample === undefined) return text(404, 'No such image');
	return { status: 200, headers: { 'Content-Type': sample.type }, body: sample.read() };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > MAX_BODY_BYTES) throw new Error('The body is too large');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
