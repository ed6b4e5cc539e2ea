import type { IHttpRequestOptions } from 'n8n-workflow';

import type { GenerateRequest } from '../../../nodes/shared/contract';
import { createService, type Service } from '../../../nodes/shared/service';
import { connect } from '../../../nodes/shared/transport';
import { contextSending, KEY } from './context';
import type { VirtualClock } from './virtual-clock';

/** Ways to answer a submission. Those of `MAYBE` leave it open whether a task was made. */
export const SUBMIT_WAYS = [
	'accept',
	'accept slowly',
	'429',
	'429 in body',
	'429 with pause',
	'503',
	'400',
	'401 with key',
	'redirect',
	'refused',
	'reset',
	'502',
	'garbage',
	'no id',
] as const;
export const MAYBE: readonly string[] = ['reset', '502', 'garbage', 'no id'];

export const READ_WAYS = [
	'success',
	'running',
	'failed',
	'failed with key',
	'no clip',
	'429',
	'500',
	'404',
	'reset',
	'garbage',
] as const;

const ok = (data: unknown) => ({ code: 200, message: 'success', data });
const failure = (code: string) => Object.assign(new Error(`Bearer ${KEY}`), { code });

/** A service whose answers come from two lists, over and over; it notes what happened to each prompt. */
export class FuzzService {
	/** By prompt, in order: how each submission was answered. */
	readonly submitted = new Map<string, string[]>();
	/** By prompt: the ids of the tasks that it was told. */
	readonly tasks = new Map<string, string[]>();
	readonly failed = new Set<string>();
	private submits = 0;
	private reads = 0;

	constructor(
		private readonly clock: VirtualClock,
		private readonly submitWays: ReadonlyArray<(typeof SUBMIT_WAYS)[number]>,
		private readonly readWays: ReadonlyArray<(typeof READ_WAYS)[number]>,
	) {}

	async open(): Promise<Service> {
		const context = contextSending(async (options) => await this.answer(options));
		const connection = await connect(context, this.clock);
		if (connection.kind === 'problem') throw new Error(connection.problem.message);
		return createService(connection.http, this.clock);
	}

	private async answer({ method, body, qs }: IHttpRequestOptions): Promise<unknown> {
		await this.clock.wait(100);
		if (method !== 'POST') return this.look(String(qs?.taskId));
		return await this.submit((body as unknown as GenerateRequest).input.prompt);
	}

	private async submit(prompt: string): Promise<unknown> {
		const way = this.submitWays[this.submits++ % this.submitWays.length] ?? 'accept';
		this.submitted.set(prompt, [...(this.submitted.get(prompt) ?? []), way]);
		const say = (statusCode: number, given: unknown, headers = {}) => ({
			statusCode,
			headers,
			body: given,
		});
		switch (way) {
			case 'accept slowly':
				await this.clock.wait(3_000);
			// falls through
			case 'accept': {
				const taskId = `task-${this.submits}.`;
				this.tasks.set(prompt, [...(this.tasks.get(prompt) ?? []), taskId]);
				return say(200, ok({ taskId }));
			}
			case '429':
				return say(429, '');
			case '429 in body':
				return say(200, { code: 429, message: KEY });
			case '429 with pause':
				return say(429, '', { 'retry-after': '2' });
			case '503':
				return say(503, { code: 503, message: 'busy' });
			case '400':
				return say(400, { code: 400, message: 'Insufficient credits' });
			case '401 with key':
				return say(200, { code: 401, message: 'no', data: { error: `Bearer ${KEY}` } });
			case 'redirect':
				return say(302, '');
			case 'refused':
				throw failure('ECONNREFUSED');
			case 'reset':
				throw failure('ECONNRESET');
			case '502':
				return say(502, `<html>${KEY}</html>`);
			case 'garbage':
				return say(200, `{"code":200,"data":{"taskId":"${KEY}`);
			case 'no id':
				return say(200, ok(null));
		}
	}

	private look(taskId: string): unknown {
		const way = this.readWays[this.reads++ % this.readWays.length] ?? 'success';
		const task = (data: object) => ({
			statusCode: 200,
			headers: {},
			body: ok({ taskId, ...data }),
		});
		switch (way) {
			case 'success':
				return task({ state: 'success', resultJson: '{"resultUrls":["https://cdn.example/v"]}' });
			case 'running':
				return task({ state: 'processing_r2' });
			case 'failed':
			case 'failed with key':
				this.failed.add(taskId);
				return task({
					state: 'failed',
					failCode: 'toString',
					failMsg: way === 'failed' ? '' : KEY,
				});
			case 'no clip':
				return task({ state: 'success', resultJson: '{"resultUrls":' });
			case '429':
				return { statusCode: 429, headers: { 'retry-after': '1' }, body: KEY };
			case '500':
				return { statusCode: 500, headers: {}, body: { code: 500, message: KEY } };
			case '404':
				return { statusCode: 404, headers: {}, body: { code: 404, message: `no ${taskId}` } };
			case 'reset':
				throw failure('ECONNRESET');
			case 'garbage':
				return { statusCode: 200, headers: {}, body: [KEY] };
		}
	}
}
