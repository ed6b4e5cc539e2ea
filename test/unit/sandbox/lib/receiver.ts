/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Envelope, TaskData } from '../../../../nodes/shared/contract';

export interface Received {
	method: string;
	type: string;
	body: string;
}

/** A server on this machine that takes callbacks, or serves images, and ends with the test. */
export class Receiver {
	readonly received: Received[] = [];

	private constructor(
		private readonly server: http.Server,
		readonly url: string,
	) {}

	/** `answer` is given each request; by default it is answered 200. */
	static async open(
		answer: (response: http.ServerResponse, count: number) => void = (response) => response.end(),
	): Promise<Receiver> {
		const server = http.createServer((request, response) => {
			let body = '';
			request.on('error', () => {});
			request.on('data', (chunk: Buffer) => (body += chunk.toString()));
			request.on('end', () => {
				const { method = '', headers } = request;
				receiver.received.push({ method, type: String(headers['content-type']), body });
				answer(response, receiver.received.length);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const receiver = new Receiver(server, `http://127.0.0.1:${port}/hook`);
		opened.push(receiver);
		return receiver;
	}

	/** Answers with these statuses in turn, the last one for ever. */
	static async answering(...statuses: number[]): Promise<Receiver> {
		return await Receiver.open((response, count) => {
			response.statusCode = statuses[Math.min(count, statuses.length) - 1] ?? 200;
			response.end();
		});
	}

	/** For a submission in callback mode. */
	get request(): object {
		return { request_type: 'callback', callback_url: this.url };
	}

	/** The tasks that the callbacks told of. */
	get told(): TaskData[] {
		return this.received.map(({ body }) => (JSON.parse(body) as Envelope<TaskData>).data);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

const opened: Receiver[] = [];
afterEach(async () => {
	await Promise.all(opened.splice(0).map(async (receiver) => await receiver.close()));
});
