import type { IWebhookDescription } from 'n8n-workflow';

/** The answer 200 goes out once the execution is there, so that none is lost. */
export const callbackWebhook: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: 'webhook',
	},
];
