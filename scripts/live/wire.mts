import { setTimeout as sleep } from 'node:timers/promises';
import { SMALL_PLANS } from '../../nodes/shared/contract.ts';
import { withoutKey } from '../../nodes/shared/key.ts';
import type { Http, HttpAnswer, HttpRequest, NoAnswer } from '../../nodes/shared/http.ts';
import { networkFailureOf } from '../../nodes/shared/network.ts';

/** How long one call may take, ms. */
const CALL_DEADLINE_MS = 30_000;

/** One request and what came of it. */
export interface Exchange {
	request: HttpRequest;
	/** Unix ms, when the answer was there. */
	at: number;
	answer: HttpAnswer | NoAnswer;
}

/** Stopped by Ctrl-C. */
export class Stopped extends Error {}

/** The way to the service: every call by itself, and never more than the smallest plan allows. */
export class Wire {
	readonly exchanges: Exchange[] = [];

	/** Unix ms. */
	private nextAt = 0;

	constructor(
		private readonly baseUrl: string,
		private readonly timeScale: number,
		private readonly stop: AbortSignal,
	) {}

	/** Calls with a key, as the package's client of the service wants it. */
	http(apiKey: string): Http {
		return async (request) => {
			await this.turn(request);
			const answer = await this.call(apiKey, request);
			this.exchanges.push({ request, at: Date.now(), answer });
			if (this.stop.aborted && !isOrder(request)) throw new Stopped();
			return answer;
		};
	}

	/** The latest exchange. There is one once a call has come back. */
	get last(): Exchange {
		const last = this.exchanges.at(-1);
		if (last === undefined) throw new Error('Nothing was asked yet');
		return last;
	}

	/** Waits for so many ms of the service's time. */
	async pause(ms: number): Promise<void> {
		try {
			await sleep(ms / this.timeScale, undefined, { signal: this.stop });
		} catch {
			throw new Stopped();
		}
	}

	/**
	 * Limits are seen only if they show themselves: this stays below the smallest. The first look after an
	 * order goes out at once, since a state may be short, and the one after it waits the longer.
	 */
	private async turn(request: HttpRequest): Promise<void> {
		const { method, isPartOfOrder } = request;
		// It only takes in what came of an order that is out.
		if (isPartOfOrder) return;
		const apart = 60_000 / (SMALL_PLANS[0].requestsPerMinute - 2) / this.timeScale;
		const isFirstLook = method === 'GET' && this.exchanges.at(-1)?.request.method === 'POST';
		const wait = isFirstLook ? 0 : this.nextAt - Date.now();
		if (wait > 0) await this.pause(wait * this.timeScale);
		if (this.stop.aborted) throw new Stopped();
		this.nextAt = Math.max(Date.now(), this.nextAt) + apart;
	}

	private async call(apiKey: string, request: HttpRequest): Promise<HttpAnswer | NoAnswer> {
		const { method, path, query, headers: own, body } = request;
		const search = query ? `?${new URLSearchParams(query).toString()}` : '';
		const deadline = AbortSignal.timeout(CALL_DEADLINE_MS);
		try {
			const response = await fetch(this.baseUrl + path + search, {
				method,
				headers: {
					Accept: 'application/json',
					Authorization: `Bearer ${apiKey}`,
					...(body && { 'Content-Type': 'application/json' }),
					...own,
				},
				body: body && JSON.stringify(body),
				redirect: 'manual',
				// An order under way is never broken off: it may be paid for already.
				signal: isOrder(request) ? deadline : AbortSignal.any([deadline, this.stop]),
			});
			const headers: Record<string, string> = {};
			response.headers.forEach((value, name) => (headers[name] = value));
			return {
				status: response.status,
				headers,
				body: withoutKey(apiKey, parsed(await response.text())),
			};
		} catch (error) {
			if (deadline.aborted) return { failure: 'time-out', maybeReceived: true };
			const { failure, maybeSent } = networkFailureOf(error);
			return { failure, maybeReceived: maybeSent };
		}
	}
}

function isOrder({ method, isPartOfOrder }: HttpRequest): boolean {
	return method === 'POST' || isPartOfOrder === true;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
