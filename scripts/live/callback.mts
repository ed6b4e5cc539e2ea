import { createServer, type IncomingHttpHeaders } from 'node:http';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CALLBACK_ANSWER_WITHIN_MS } from '../../nodes/shared/contract.ts';
import { isRecord } from '../../nodes/shared/is-record.ts';
import type { Points } from './points.mts';

const PART = 'The callback';

/** Query names that the address carries, as those of the package do: they have to come back. */
const QUERY_NAME = 'apixo_live';

interface Received {
	method: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: unknown;
}

/** What came, for the sandbox to do alike. */
export interface CallbackSeen {
	body: unknown;
	keepsQuery: boolean;
}

/** Waits on this machine for the callback of one order. */
export class CallbackListener {
	/** For the order. */
	readonly url: string;

	readonly received: Received[] = [];

	private readonly secret = randomBytes(8).toString('hex');

	private readonly server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method = '', url = '/', headers } = request;
			const query = new URL(url, 'http://here').searchParams;
			const text = Buffer.concat(chunks).toString();
			// A visitor of the public address that is not the service is none of the callback.
			if (method !== 'GET') this.received.push({ method, query, headers, body: parsed(text) });
			response.end();
		});
	});

	constructor(publicUrl: string) {
		const url = new URL(publicUrl);
		url.searchParams.set(QUERY_NAME, this.secret);
		this.url = url.href;
	}

	/** @throws Error when the port is taken. */
	async listen(port: number): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
		});
	}

	/** Holds what came against the contract; `read` is what a look at the ended task answered. */
	hold(points: Points, read: unknown): CallbackSeen | undefined {
		const [first] = this.received;
		const within = `one POST within ${CALLBACK_ANSWER_WITHIN_MS / 1000} s of the end`;
		const came = first ? `${this.received.length} ${first.method}` : 'none';
		points.hold(PART, 'comes', within, came, first?.method === 'POST');
		if (first === undefined) return undefined;
		const type = String(first.headers['content-type'] ?? 'missing');
		points.hold(PART, 'Content-Type', 'application/json', type, /^application\/json\b/.test(type));
		const keepsQuery = first.query.get(QUERY_NAME) === this.secret;
		const names = [...first.query.keys()].join(', ') || 'none';
		points.hold(PART, 'query', `kept as it was ordered: ${QUERY_NAME}`, names, keepsQuery);
		const same = isDeepStrictEqual(first.body, read);
		const fields = isRecord(first.body) ? Object.keys(first.body).join(', ') : typeof first.body;
		const seen = same ? 'the same' : `another: ${fields}`;
		points.hold(PART, 'body', 'the same as a look at the ended task', seen, same);
		const signatures = Object.keys(first.headers).filter((name) => /sign|hmac|secret/i.test(name));
		for (const name of signatures) points.isNew(PART, `header ${name}`, 'a signature, perhaps');
		return { body: first.body, keepsQuery };
	}

	close(): void {
		this.server.close();
		this.server.closeAllConnections();
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
