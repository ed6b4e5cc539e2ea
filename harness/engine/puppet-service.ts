/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingMessage, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';

import axios from 'axios';

import { KLING_MODEL, PATHS } from '../../nodes/shared/contract';

interface Held {
	part: string;
	what: 'request' | 'answer';
	asked: () => void;
	released: Promise<void>;
}

/** A request that waits for its answer. */
interface Hold {
	/** Resolves once it has come in. */
	asked: Promise<void>;
	release: () => void;
}

/** A service whose tasks end when the test says so; everything else is the sandbox's. */
export class PuppetService {
	/** Of the tasks that were asked to call. */
	readonly callbackUrls = new Map<string, string>();
	/** In order of submission. */
	readonly taskIds: string[] = [];
	reads = 0;
	/** Whether task IDs are numbers on the wire. */
	numbers = false;
	private readonly ended = new Map<string, 'success' | 'failed'>();
	private held?: Held;
	private readonly server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => void this.answer(request, response, body));
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

	end(taskId: string, state: 'success' | 'failed' = 'success'): void {
		this.ended.set(taskId, state);
	}

	/** Sends the callback of a task; gives the status of the answer. */
	async callBack(taskId: string): Promise<number> {
		const url = String(this.callbackUrls.get(taskId));
		const body = { code: 200, message: 'success', data: this.data(taskId) };
		return (await axios.post(url, body, { validateStatus: () => true })).status;
	}

	/** Holds back the next request whose URL contains `part`; or, once it did what was asked, its answer. */
	hold(part: string, what: 'request' | 'answer' = 'request'): Hold {
		const hold = { asked: () => {}, release: () => {} };
		const asked = new Promise<void>((resolve) => (hold.asked = resolve));
		const released = new Promise<void>((resolve) => (hold.release = resolve));
		this.held = { part, what, asked: () => hold.asked(), released };
		return { asked, release: () => hold.release() };
	}

	private async answer(request: IncomingMessage, response: ServerResponse, body: string) {
		const url = new URL(request.url ?? '/', this.baseUrl);
		const held =
			this.held !== undefined && url.href.includes(this.held.part) ? this.held : undefined;
		if (held !== undefined) this.held = undefined;
		const release = async () => {
			held?.asked();
			await held?.released;
		};
		if (held?.what === 'request') await release();
		if (url.pathname.endsWith('.mp4')) {
			response.writeHead(404).end();
			return;
		}
		const data =
			url.pathname === PATHS.submit(KLING_MODEL)
				? this.submit(body)
				: this.read(String(url.searchParams.get('taskId')));
		if (held?.what === 'answer') await release();
		response.setHeader('Content-Type', 'application/json');
		response.end(JSON.stringify({ code: 200, message: 'success', data }));
	}

	private submit(body: string) {
		const { callback_url: url } = JSON.parse(body) as { callback_url?: string };
		const taskId = `${this.numbers ? '' : 'task_'}${this.taskIds.length + 1}`;
		this.taskIds.push(taskId);
		if (url !== undefined) this.callbackUrls.set(taskId, url);
		return { taskId: this.onWire(taskId) };
	}

	private read(taskId: string) {
		this.reads++;
		return this.data(taskId);
	}

	private onWire(taskId: string): string | number {
		return this.numbers ? Number(taskId) : taskId;
	}

	private data(id: string) {
		const taskId = this.onWire(id);
		const state = this.ended.get(id);
		if (state === undefined) return { taskId, state: 'processing', createTime: 1 };
		if (state === 'failed') return { taskId, state, failMsg: 'It could not be made' };
		const resultJson = JSON.stringify({ resultUrls: [`${this.baseUrl}/${id}.mp4`] });
		return { taskId, state, createTime: 1, completeTime: 2, resultJson };
	}
}
