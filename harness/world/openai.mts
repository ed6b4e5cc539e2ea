import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type Breaches, take, unknownCall } from './http.mts';

const part = z.object({ type: z.literal('text'), text: z.string() });
const message = z.object({
	role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
	content: z
		.union([z.string(), z.array(part)])
		.nullish()
		.transform((said) => (Array.isArray(said) ? said.map(({ text }) => text).join('') : said)),
});
const tool = z.object({
	type: z.literal('function'),
	function: z.object({
		name: z.string().min(1),
		description: z.string().optional(),
		parameters: z.unknown(),
	}),
});
const chat = z
	.object({ model: z.string().min(1), messages: z.array(message).min(1) })
	.extend({ tools: z.array(tool).optional(), stream: z.literal(false).optional() })
	.passthrough();

type Chat = z.output<typeof chat>;

/** The part of JSON Schema that tools describe their arguments with. */
const described = z.object({ type: z.string(), properties: z.record(z.unknown()).optional() });

/** What n8n tells the model when somebody has said no to a call of a tool. */
const SAID_NO = /rejected the tool call/;

/**
 * OpenAI's chat, as n8n's OpenAI Chat Model speaks it, with a simple mind behind it: it calls the first tool that
 * it is offered once for each line of what the user wrote, one call after the other, and answers with what the
 * tool said. A no ends it.
 */
export class OpenAi {
	static readonly hosts = ['api.openai.com'];

	readonly key = `sk-${randomUUID()}`;
	/** What it was asked so far. */
	readonly requests: Chat[] = [];
	readonly router: Router;

	constructor(private readonly breaches: Breaches) {
		this.router = express.Router();
		this.router.use((request, response, next) => {
			if (request.headers.authorization === `Bearer ${this.key}`) next();
			else response.status(401).json({ error: { message: 'Incorrect API key provided' } });
		});
		this.router.use(express.json({ limit: '10mb' }));
		this.router.post('/v1/chat/completions', (request, response) => this.chat(request, response));
		this.router.use(unknownCall(breaches));
	}

	private chat(request: Request, response: Response): void {
		const refuse = (why: string) => void response.status(400).json({ error: { message: why } });
		const given = take(chat, request.body, this.breaches, request, refuse);
		if (!given) return;
		this.requests.push(given);
		const said = reply(given);
		response.json({
			id: `chatcmpl-${randomUUID()}`,
			object: 'chat.completion',
			created: Math.floor(Date.now() / 1000),
			model: given.model,
			choices: [
				{ index: 0, message: said, finish_reason: 'tool_calls' in said ? 'tool_calls' : 'stop' },
			],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		});
	}
}

function reply({ messages, tools = [] }: Chat) {
	const answer = (content: string) => ({ role: 'assistant', content });
	const wishes = messages.findLast(({ role }) => role === 'user')?.content ?? '';
	const lines = wishes.split('\n').filter((line) => line.trim() !== '');
	const told = messages.filter(({ role }) => role === 'tool').map(({ content }) => content ?? '');
	const next = lines[told.length];
	const [first] = tools;
	if (!first) return answer('I have no tool.');
	if (next === undefined || SAID_NO.test(told.at(-1) ?? '')) return answer(told.join('\n'));
	const { name, parameters } = first.function;
	const call = { name, arguments: JSON.stringify(filledIn(parameters, next)) };
	const id = `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
	return {
		role: 'assistant',
		content: null,
		tool_calls: [{ id, type: 'function', function: call }],
	};
}

/** Arguments of the form that a tool asks for, with these words wherever it wants some. */
function filledIn(schema: unknown, words: string): unknown {
	const { type, properties = {} } = described.parse(schema);
	if (type === 'string') return words;
	const entries = Object.entries(properties).map(([name, one]) => [name, filledIn(one, words)]);
	return Object.fromEntries(entries) as Record<string, unknown>;
}
