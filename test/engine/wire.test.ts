/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type Server } from 'http';
import { readFileSync } from 'fs';
import type { AddressInfo } from 'net';
import { join } from 'path';

import type { IDataObject } from 'n8n-workflow';

import { CHECKOUT } from '../../harness/checkout';
import { generate, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { apixoWorkflow } from '../../harness/engine/workflow';

/** What 0.1.0 sent before there were idempotency keys, recorded byte by byte. */
const RECORDED = join(CHECKOUT, 'test/fixtures/0.1.0/orders.txt');

const TEXT = { negativePrompt: 'blurry', cfgScale: 0.7, provider: 'value' };
const IMAGE = {
	mode: 'image-to-video',
	startImageUrl: 'https://example.com/first.jpg',
	endImageUrl: 'https://example.com/last.jpg',
	duration: 10,
};
const ORDERS: Array<[IDataObject, IDataObject]> = [
	[{}, {}],
	[{ aspectRatio: '1:1', waitForCompletion: false }, TEXT],
	[IMAGE, {}],
];

/** Whatever n8n's HTTP client adds by itself, and may add in another way in its next version. */
const OF_THE_CLIENT = /^(user-agent|accept-encoding|host|connection)$/i;

let bench: Bench;
let server: Server;
let sent: string[];
beforeEach(async () => {
	bench = await openBench();
	sent = [];
	server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method, url, rawHeaders } = request;
			const headers = rawHeaders.flatMap((name, at) =>
				at % 2 === 0 && !OF_THE_CLIENT.test(name) ? `\n${name}: ${rawHeaders[at + 1]}` : [],
			);
			sent.push(`${method} ${url}${headers.join('')}\n\n${Buffer.concat(chunks).toString()}`);
			const data = { taskId: 't1', state: 'success', resultJson: '{"resultUrls":["http://a/v"]}' };
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ code: 200, message: 'success', data }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	await bench.close();
});

it('Without an idempotency key, not one byte of what is sent is another than before', async () => {
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
	const credentials = { apixoApi: { apiKey: 'a-key-of-nobody', baseUrl } };
	for (const [parameters, options] of ORDERS) {
		const file = apixoWorkflow(generate(parameters, options));
		await bench.run(file, { credentials, input: prompts('A paper boat') });
	}
	expect(`${sent.join('\n\n---\n\n')}\n`).toBe(readFileSync(RECORDED, 'utf8'));
});
