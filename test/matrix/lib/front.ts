/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import { text } from 'stream/consumers';

import { N8nServer } from '../../../harness/engine/n8n-server';

/**
 * n8n behind a proxy, as it stands on the internet: a request that breaks off never gets to n8n, and
 * what n8n answers is on record.
 */
export class FrontedN8n extends N8nServer {
	/** The bodies of all answers. */
	readonly bodies: string[] = [];
	private readonly front = createServer((incoming, outgoing) => {
		this.pass(incoming, outgoing).catch(() => outgoing.destroy());
	});

	override get url(): string {
		return `http://127.0.0.1:${(this.front.address() as AddressInfo).port}`;
	}

	override async listen(): Promise<void> {
		await super.listen();
		await new Promise<void>((resolve) => this.front.listen(0, '127.0.0.1', resolve));
	}

	override async close(): Promise<void> {
		this.front.closeAllConnections();
		await new Promise((resolve) => this.front.close(resolve));
		await super.close();
	}

	private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const body = await text(incoming);
		const { method, headers, url = '/' } = incoming;
		const target = new URL(url, super.url);
		const answer = await new Promise<IncomingMessage>((resolve, reject) => {
			request(target, { method, headers, agent: false })
				.on('response', resolve)
				.on('error', reject)
				.end(body);
		});
		const answered = await text(answer);
		this.bodies.push(answered);
		outgoing.writeHead(answer.statusCode ?? 502).end(answered);
	}
}
