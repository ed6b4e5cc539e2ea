import type { IWebhookDescription } from 'n8n-workflow';

/** n8n serves it below the execution's resume URL, for as long as that execution sleeps. */
export const resumeWebhook: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: '',
		restartWebhook: true,
	},
];
