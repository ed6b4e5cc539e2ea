import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** Answers a callback, and starts or wakes nothing. */
export function refuse(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

/**
 * What `answer` gives; if it throws, 503, so that the service calls again. n8n must never see the error:
 * it takes one for the end of the node, drops all earlier results and starts the next nodes on an empty
 * item. (n8n 1.123 and 2.41, webhook-helpers)
 */
export async function answerAlways(
	context: IWebhookFunctions,
	answer: () => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	try {
		return await answer();
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		context.logger.warn(`A callback of APIXO could not be taken: ${reason}`);
		if (context.getResponseObject().headersSent) return { noWebhookResponse: true };
		return refuse(context, 503, 'The callback cannot be taken now');
	}
}
