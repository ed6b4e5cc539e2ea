/**
 * A service that only counts: what was ordered, by whose name, and what each name was charged. It shares no line
 * with the sandbox or the package, so that a mistake of theirs cannot hide in it. And it stands still where it is
 * told to, so that an n8n can be ended at just that moment.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { CHECKOUT } from '../../harness/checkout.ts';

const CLIP = readFileSync(join(CHECKOUT, 'sandbox', 'clips', '5s-16x9-1.mp4'));

/** What came in, and was charged as it came in. */
export interface Order {
	/** The first word of the prompt. What follows may be another at each try. */
	name: string;
	taskId: string;
	callbackUrl?: string;
	answered: boolean;
	reads: number;
}

/** Where the service stands still, until `open`. */
export interface Gates {
	/** So many orders are answered; those that follow are charged all the same. */
	answers: number;
	/** Whether tasks are ready. */
	ready: boolean;
	/** Whether a clip comes to its end. */
	clips: boolean;
	/** Whether the node that follows gets its answer. */
	next: boolean;
}

export const OPEN: Gates = { answers: Infinity, ready: true, clips: true, next: true };

export class Till {
	readonly orders: Order[] = [];
	/** Clips and calls of the next node that are held. */
	held = { clips: 0, next: 0 };
	private readonly waiting: Array<() => void> = [];
	private readonly server = createServer((request, response) => void this.serve(request, response));

	private constructor(private gates: Gates) {}

	static async start(gates: Partial<Gates>): Promise<Till> {
		const till = new Till({ ...OPEN, ...gates });
		await new Promise<void>((resolve) => till.server.listen(0, '127.0.0.1', resolve));
		return till;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** For the credential. */
	get account() {
		return { baseUrl: this.url, apiKey: 'key-of-the-kill-matrix' };
	}

	/** Everything goes on from here, also what was held. */
	open(): void {
		this.gates = OPEN;
		for (const go of this.waiting.splice(0)) go();
	}

	/** The tasks are ready, and whoever asked to be called is called. */
	async finish(): Promise<void> {
		this.gates = { ...this.gates, ready: true };
		const called = this.orders.map(async ({ callbackUrl, taskId }) => {
			if (callbackUrl === undefined) return;
			await axios.post(callbackUrl, this.envelope(taskId), { proxy: false, validateStatus: null });
		});
		await Promise.allSettled(called);
	}

	/** How often each name was charged. */
	charges(): Map<string, number> {
		const charges = new Map<string, number>();
		for (const { name } of this.orders) charges.set(name, (charges.get(name) ?? 0) + 1);
		return charges;
	}

	close(): void {
		this.open();
		this.server.closeAllConnections();
		this.server.close();
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		// Whoever is killed hangs up.
		response.on('error', () => {});
		const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
		if (pathname === '/next') return await this.next(response);
		if (pathname.endsWith('.mp4')) return await this.clip(response);
		if (request.headers.authorization !== `Bearer ${this.account.apiKey}`) {
			return reply(response, 401, { code: 401, message: 'Invalid API key', data: null });
		}
		if (request.method === 'POST' && pathname.startsWith('/generateTask/')) {
			return await this.order(await jsonOf(request), response);
		}
		if (pathname.startsWith('/statusTask/')) {
			return this.status(searchParams.get('taskId') ?? '', response);
		}
		reply(response, 404, { code: 404, message: 'Not found', data: null });
	}

	private async order(body: OrderBody, response: ServerResponse): Promise<void> {
		const order: Order = {
			name: body.input.prompt.split(' ')[0] ?? '',
			taskId: `task_${this.url.split(':').pop()}_${this.orders.length + 1}`,
			callbackUrl: body.callback_url,
			answered: false,
			reads: 0,
		};
		this.orders.push(order);
		if (this.orders.length > this.gates.answers) await this.opening();
		order.answered = true;
		reply(response, 200, { code: 200, message: 'success', data: { taskId: order.taskId } });
	}

	private status(taskId: string, response: ServerResponse): void {
		const order = this.orders.find((one) => one.taskId === taskId);
		if (!order) return reply(response, 404, { code: 404, message: 'Unknown task', data: null });
		order.reads++;
		reply(response, 200, this.envelope(taskId));
	}

	private envelope(taskId: string) {
		const createTime = Date.now() - 60_000;
		const ended = {
			state: 'success',
			resultJson: JSON.stringify({ resultUrls: [`${this.url}/${taskId}.mp4`] }),
			completeTime: Date.now(),
		};
		const data = { taskId, createTime, ...(this.gates.ready ? ended : { state: 'processing' }) };
		return { code: 200, message: 'success', data };
	}

	private async clip(response: ServerResponse): Promise<void> {
		response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': CLIP.length });
		const half = Math.floor(CLIP.length / 2);
		response.write(CLIP.subarray(0, half));
		if (!this.gates.clips) {
			this.held.clips++;
			await this.opening();
		}
		response.end(CLIP.subarray(half));
	}

	private async next(response: ServerResponse): Promise<void> {
		if (!this.gates.next) {
			this.held.next++;
			await this.opening();
		}
		reply(response, 200, {});
	}

	private async opening(): Promise<void> {
		await new Promise<void>((resolve) => this.waiting.push(resolve));
	}
}

interface OrderBody {
	input: { prompt: string };
	callback_url?: string;
}

async function jsonOf(request: IncomingMessage): Promise<OrderBody> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return JSON.parse(Buffer.concat(chunks).toString()) as OrderBody;
}

function reply(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
