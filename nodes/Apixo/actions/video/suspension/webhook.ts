import type { IWebhookDescription } from 'n8n-workflow';

/**
 * Below the execution's resume URL. A name of our own, because n8n gives a callback to whichever node the
 * execution is suspended in: a late one must not wake a Wait node.
 */
export const RESUME_PATH = 'apixo';

/** The name in a resume URL's query for a token of ours: up to n8n 2.13 that URL has none of its own. */
export const TOKEN_PARAMETER = 'apixo_token';

/** n8n serves it for as long as the execution is suspended. */
export const resumeWebhook: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: RESUME_PATH,
		restartWebhook: true,
	},
];
