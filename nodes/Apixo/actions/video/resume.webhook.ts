import type { IWebhookDescription } from 'n8n-workflow';

/**
 * Below the execution's resume URL. A name of our own, because n8n gives a callback to whichever node the
 * execution sleeps in: a late one must not wake a Wait node.
 */
export const RESUME_PATH = 'apixo';

/** n8n serves it for as long as the execution sleeps. */
export const resumeWebhook: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: RESUME_PATH,
		restartWebhook: true,
	},
];
