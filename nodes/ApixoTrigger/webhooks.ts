import type { IWebhookDescription } from 'n8n-workflow';

/** In n8n 2.x the answer 200 goes out once the execution is there, so that none is lost; in 1.x just before. */
export const callbackWebhook: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: 'webhook',
	},
];
