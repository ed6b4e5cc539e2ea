/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';

/** Where this service differs from the contract, by the names that the report has for it. */
export const PLANTED = [
	'Balance: data',
	'A wrong key: status',
	'An image address that is none: status',
	'Reading a task: state',
	'Reading a task: createTime',
	'Reading a task: resultJson',
	'Reading a task: progress',
	'Every answer: header x-ratelimit-remaining',
	'The clip: Content-Type',
	'The callback: query',
];

/** A text that belongs to somebody, in a field that nobody expects. */
export const SOMEBODY = 'somebody@example.com';

type Json = Record<string, unknown>;

const opened: http.Server[] = [];
afterEach(() => {
	for (const server of opened.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

/** Stands before a sandbox and changes ten things on the way: gives the origin. */
export async function startPlanted(sandbox: string): Promise<string> {
	const server = http.createServer((request, response) => {
		void (async () => {
			const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
			const sent = await textOf(request);
			if (pathname === '/callback') {
				// 10: the callback's address loses its query.
				const to = String(searchParams.get('to')).split('?')[0] ?? '';
				const { status } = await axios.post(to, planted(JSON.parse(sent) as Json));
				response.writeHead(status).end();
				return;
			}
			const origin = `http://${request.headers.host}`;
			const answer = await axios.request<ArrayBuffer>({
				url: sandbox + request.url,
				method: request.method,
				headers: pick(request.headers, ['host', 'authorization', 'content-type']),
				data: sent === '' ? undefined : order(JSON.parse(sent) as Json, origin),
				responseType: 'arraybuffer',
				validateStatus: () => true,
			});
			const body = Buffer.from(answer.data);
			if (pathname.endsWith('.mp4')) {
				// 9: the clip has no type of its own.
				response.writeHead(answer.status, { 'Content-Type': 'application/octet-stream' }).end(body);
			} else if (!pathname.startsWith('/api/')) {
				response.writeHead(answer.status).end(body);
			} else {
				const json = JSON.parse(body.toString()) as Json;
				// 2: a wrong key is told in the body alone.
				const status = json.code === 401 ? 200 : answer.status;
				response
					// 8: a header that is not documented.
					.writeHead(status, {
						'Content-Type': 'application/json',
						'X-RateLimit-Remaining': '59',
					})
					.end(JSON.stringify(planted(json)));
			}
		})().catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	opened.push(server);
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** 3: an image address that is none is taken. */
function order(body: Json, origin: string): Json {
	const input = { ...(body.input as Json) };
	const isAddress = (image: unknown) => URL.canParse(String(image));
	if (Array.isArray(input.image_urls) && !input.image_urls.every(isAddress)) {
		input.image_urls = [`${origin}/images/start.png`];
	}
	if (body.callback_url === undefined) return { ...body, input };
	const to = encodeURIComponent(String(body.callback_url));
	return { ...body, input, callback_url: `${origin}/callback?to=${to}` };
}

function planted(body: Json): Json {
	// 1: the balance is a text.
	if (typeof body.data === 'number') return { ...body, data: String(body.data) };
	const data = { ...(body.data as Json | null) };
	if (data.state === undefined) return body;
	// 4: an unknown word for a state.
	if (data.completeTime === undefined) data.state = 'queueing';
	// 5: seconds instead of ms.
	data.createTime = Math.floor(Number(data.createTime) / 1000);
	// 6: an object instead of a text.
	if (typeof data.resultJson === 'string') data.resultJson = JSON.parse(data.resultJson) as unknown;
	// 7: a field that is not documented.
	data.progress = { percent: 40, owner: SOMEBODY };
	return { ...body, data };
}

async function textOf(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
	return text;
}

const pick = (headers: http.IncomingHttpHeaders, names: string[]) =>
	Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
