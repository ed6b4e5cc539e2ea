import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

/** Made up. */
export const KEY = ['sk', 'apixo', '0123456789abcdef'].join('-');

type Send = (options: IHttpRequestOptions, stopSignal: AbortSignal) => unknown;

/** As much of n8n's context as a connection uses: a credential, and a helper that sends. */
export function contextSending(
	send: Send,
	credential: Record<string, unknown> = { apiKey: KEY, baseUrl: 'https://api.example/v1' },
): IExecuteFunctions {
	const context = {
		getCredentials: async () => credential,
		getExecutionCancelSignal: () => undefined,
		helpers: {
			async httpRequestWithAuthentication(
				this: { getExecutionCancelSignal(): AbortSignal },
				_type: string,
				options: IHttpRequestOptions,
			) {
				return await Promise.resolve(send(options, this.getExecutionCancelSignal()));
			},
		},
	};
	return context as unknown as IExecuteFunctions;
}
