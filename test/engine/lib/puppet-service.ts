/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'http';
import type { AddressInfo } from 'net';

import axios from 'axios';

import { KLING_MODEL, PATHS } from '../../../nodes/shared/contract';

/** A service whose tasks end when the test says so; everything else is the sandbox's. */
export class PuppetService {
	readonly callbackUrls = new Map<string, string>();
	reads = 0;
	private readonly ended = new Set<string>();
	private readonly server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			const url = new URL(request.url ?? '/', this.baseUrl);
			const data =
				url.pathname === PATHS.submit(KLING_MODEL)
					? this.submit(body)
					: this.read(String(url.searchParams.get('taskId')));
			response.setHeader('Content-Type', 'application/json');
			response.end(JSON.stringify({ code: 200, message: 'success', data }));
		});
	});

	async listen(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get baseUrl(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** In order of submission. */
	get taskIds(): string[] {
		return [...this.callbackUrls.keys()];
	}

	end(taskId: string): void {
		this.ended.add(taskId);
	}

	/** Sends the callback of a task; gives the status of the answer. */
	async callBack(taskId: string): Promise<number> {
		const url = String(this.callbackUrls.get(taskId));
		const body = { code: 200, message: 'success', data: this.data(taskId) };
		return (await axios.post(url, body, { validateStatus: () => true })).status;
	}

	private submit(body: string) {
		const { callback_url: url } = JSON.parse(body) as { callback_url: string };
		const taskId = `task_${this.callbackUrls.size + 1}`;
		this.callbackUrls.set(taskId, url);
		return { taskId };
	}

	private read(taskId: string) {
		this.reads++;
		return this.data(taskId);
	}

	private data(taskId: string) {
		if (!this.ended.has(taskId)) return { taskId, state: 'processing', createTime: 1 };
		const resultJson = JSON.stringify({ resultUrls: [`https://cdn.example/${taskId}.mp4`] });
		return { taskId, state: 'success', createTime: 1, completeTime: 2, resultJson };
	}
}
