import { z } from 'zod';
import { CODE_OK, FINAL_STATES } from '../nodes/shared/contract';
import { json, type Answer, type Call, type Endpoint } from './answer';
import { forbiddenIn, mended, type ForbiddenKind } from './forbidden';
import { fill } from './placeholders';
import { parseJson } from './requests';

/** The answers that `npm run live` tells apart. The refused ones are named for what they refuse. */
export const ANSWER_KINDS = [
	'balance',
	'wrongKey',
	'unknownTask',
	'refusedDuration',
	'refusedPrompt',
	'refusedImage',
	'order',
	'running',
	'ended',
	'clip',
] as const satisfies ReadonlyArray<ForbiddenKind | string>;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** An answer as it was seen, with placeholders for what is another's, or another each time. */
const template = z.object({
	status: z.number().int().min(200).max(599),
	headers: z.record(z.string()),
	body: z.unknown(),
});
export type Template = z.output<typeof template>;

/** What the sandbox needs to know of a service to answer like it. */
export const likeness = z.object({
	answers: z.record(z.enum(ANSWER_KINDS), template),
	/** The states of a running clip as they are spelled, with ms since the order. */
	states: z.array(z.object({ state: z.string(), afterMs: z.number().min(0) })),
	/** ms from the order to the end of a clip. */
	taskTimeMs: z.number().positive().optional(),
	callback: z.object({ body: z.unknown(), keepsQuery: z.boolean() }).optional(),
});
export type Likeness = z.output<typeof likeness>;

const envelope = z.object({ code: z.unknown(), data: z.unknown() }).partial();
const taskFields = z
	.object({
		taskId: z.string(),
		state: z.string(),
		createTime: z.number(),
		completeTime: z.number(),
		costTime: z.number(),
		resultJson: z.unknown(),
	})
	.partial();

/** Makes the sandbox answer as another service was seen to. */
export class Like {
	constructor(
		private readonly likeness: Likeness,
		private readonly timeScale: number,
	) {}

	/** The answer to a request; `serve` is the sandbox's own way to it. */
	answer(endpoint: Endpoint, call: Call, serve: (call: Call) => Answer): Answer {
		const forbidden = endpoint === 'submit' ? forbiddenIn(parseJson(call.body)) : undefined;
		const taken = forbidden !== undefined && this.takes(forbidden);
		const own = serve(taken ? { ...call, body: mended(call) } : call);
		const kind = this.kindOf(endpoint, own, forbidden);
		const seen = kind && this.likeness.answers[kind];
		if (seen === undefined) return own;
		const { status } = seen;
		const headers = { ...lowerCase(own.headers), ...seen.headers };
		if (kind === 'clip') return { ...own, status, headers };
		const body = fill(seen.body, this.valuesOf(bodyOf(own)));
		const sent = typeof body === 'string' ? Buffer.from(body) : json(status, body).body;
		return { ...own, status, headers, body: sent };
	}

	/** What a callback carries, and where it goes; both are the sandbox's own. */
	callback(url: string, body: unknown): { url: string; body: unknown } {
		const seen = this.likeness.callback;
		if (seen === undefined) return { url, body };
		const target = new URL(url);
		if (!seen.keepsQuery) target.search = '';
		return { url: target.href, body: fill(seen.body, this.valuesOf(body)) };
	}

	/** Whether the other service made a task of an order that the documentation forbids. */
	private takes(kind: ForbiddenKind): boolean {
		return JSON.stringify(this.likeness.answers[kind]?.body ?? '').includes('{taskId');
	}

	private kindOf(
		endpoint: Endpoint,
		own: Answer,
		forbidden: ForbiddenKind | undefined,
	): AnswerKind | undefined {
		if (endpoint === 'download') return own.status === CODE_OK ? 'clip' : undefined;
		const { code, data } = envelope.safeParse(bodyOf(own)).data ?? {};
		if (code === 401) return 'wrongKey';
		if (forbidden !== undefined) return forbidden;
		if (endpoint === 'read' && code === 404) return 'unknownTask';
		if (code !== CODE_OK) return undefined;
		if (endpoint !== 'read') return endpoint === 'submit' ? 'order' : endpoint;
		const state = taskFields.safeParse(data).data?.state;
		if (FINAL_STATES.every((final) => final !== state)) return 'running';
		return state === 'success' ? 'ended' : undefined;
	}

	/** What the placeholders stand for. */
	private valuesOf(body: unknown): Record<string, unknown> {
		const { data } = envelope.safeParse(body).data ?? {};
		if (typeof data === 'number') return { balance: data };
		const { resultJson, ...task } = taskFields.safeParse(data).data ?? {};
		const [videoUrl] = /https?:[^"\\]+/.exec(JSON.stringify(resultJson ?? '')) ?? [];
		const age = (Date.now() - (task.createTime ?? Date.now())) * this.timeScale;
		const { states } = this.likeness;
		const reached = states.filter(({ afterMs }) => afterMs <= age).at(-1) ?? states[0];
		return { ...task, videoUrl, ...(reached && { state: reached.state }) };
	}
}

/** As headers that were seen are written: two spellings of one name would both be sent. */
const lowerCase = (headers: Record<string, string>) =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const bodyOf = ({ body }: Answer): unknown => (Buffer.isBuffer(body) ? parseJson(body) : undefined);
