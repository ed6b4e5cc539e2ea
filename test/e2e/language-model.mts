import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Message {
	role: string;
	content: string | null;
}

interface ChatRequest {
	messages: Message[];
	tools?: Array<{ function: { name: string; description?: string; parameters: unknown } }>;
}

export interface LanguageModel {
	/** As the base URL of an OpenAI credential. */
	url: string;
	/** What the agent sent so far. */
	requests: ChatRequest[];
	close(): Promise<void>;
}

/**
 * A stand-in language model that speaks OpenAI's chat protocol on loopback. It calls the first tool
 * that it is offered, once, and answers with what the tool said.
 *
 * @param toolArguments what it calls the tool with.
 */
export async function startLanguageModel(
	toolArguments: Record<string, unknown>,
): Promise<LanguageModel> {
	const requests: ChatRequest[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const chat = JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest;
			requests.push(chat);
			const message = answer(chat, toolArguments);
			const body = {
				id: `chatcmpl-${requests.length}`,
				object: 'chat.completion',
				created: 0,
				model: 'stand-in',
				choices: [
					{ index: 0, message, finish_reason: 'tool_calls' in message ? 'tool_calls' : 'stop' },
				],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			};
			response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function answer({ messages, tools }: ChatRequest, toolArguments: Record<string, unknown>) {
	const said = messages.findLast(({ role }) => role === 'tool');
	if (said) return { role: 'assistant', content: `The tool said: ${said.content}` };
	const tool = tools?.[0]?.function;
	if (!tool) return { role: 'assistant', content: 'I have no tool.' };
	const call = { name: tool.name, arguments: JSON.stringify(toolArguments) };
	return {
		role: 'assistant',
		content: null,
		tool_calls: [{ id: 'call_1', type: 'function', function: call }],
	};
}
