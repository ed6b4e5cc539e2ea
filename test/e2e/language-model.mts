import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { OpenAi } from '../../harness/world/openai.mts';

export interface LanguageModel {
	/** As the base URL of an OpenAI credential. */
	url: string;
	/** As its API key. */
	key: string;
	/** What the agent sent so far. */
	requests: OpenAi['requests'];
	close(): Promise<void>;
}

/** The outside world's language model alone, without TLS, for an n8n that reaches it by an address of its own. */
export async function startLanguageModel(): Promise<LanguageModel> {
	const openAi = new OpenAi([]);
	const server = createServer(express().use(openAi.router));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/v1`,
		key: openAi.key,
		requests: openAi.requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
