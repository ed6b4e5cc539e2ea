import type { IBinaryData, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { OpenClip, Store } from './download';
import type { ByteStream } from './video-stream';

/** Silence of a download's server that ends the attempt, ms. */
const OPEN_TIMEOUT_MS = 60_000;

/** n8n's side of the downloads, for the node and its webhook alike. */
export function storeOf(context: IExecuteFunctions | IWebhookFunctions): Store {
	return {
		/** Result URLs need no key, and must never get it. */
		open: async (url: string, signal: AbortSignal): Promise<OpenClip> => {
			const response = (await context.helpers.httpRequest({
				url,
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				timeout: OPEN_TIMEOUT_MS,
				abortSignal: signal,
			})) as { statusCode: number; headers: Record<string, unknown>; body: ByteStream };
			return { status: response.statusCode, headers: response.headers, body: response.body };
		},
		save: async (body: ByteStream, fileName: string, mimeType: string): Promise<IBinaryData> =>
			await context.helpers.prepareBinaryData(body, fileName, mimeType),
	};
}
