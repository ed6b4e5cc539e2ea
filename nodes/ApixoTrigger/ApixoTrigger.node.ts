import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { receive } from './receive';
import { callbackWebhook } from './webhooks';

const WHILE_BUILDING =
	'<b>While building:</b> click "Execute step", paste the test URL into "Callback URL" of an APIXO node and run that one. The test URL listens for two minutes only, and for one call.';

const ORDERED_ELSEWHERE =
	'<b>Ordered by other means</b> than an APIXO node, or without Callback Metadata before you changed the API key: such videos start this workflow, too. Their callbacks have no signature of this key, so of many at once only 30, and then one every five seconds, are looked at; APIXO sends the others again.';

export class ApixoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'APIXO Trigger',
		name: 'apixoTrigger',
		icon: { light: 'file:../../icons/apixo.svg', dark: 'file:../../icons/apixo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["triggerOn"].join(", ") }}',
		description:
			'Makes videos from text or images with Kling 2.5 Turbo Pro on APIXO, and starts a workflow when one is ready',
		defaults: { name: 'APIXO Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'apixoApi', required: true }],
		webhooks: callbackWebhook,
		triggerPanel: {
			header: 'Wait for a video from APIXO',
			executionsHelp: {
				inactive: `${WHILE_BUILDING}<br /><br /><b>For real:</b> paste the production URL there instead, and activate (publish) this workflow. APIXO has to reach it from the internet.<br /><br />${ORDERED_ELSEWHERE}`,
				active: `${WHILE_BUILDING}<br /><br /><b>For real:</b> this workflow is active (published), so its production URL works. Executions show up in the <a data-key="executions">executions list</a>, not here.<br /><br />${ORDERED_ELSEWHERE}`,
			},
			activationHint:
				'Once this workflow is active (published), paste the production URL into "Callback URL" of an APIXO node.',
		},
		properties: [
			{
				displayName:
					'Paste the production URL of this node into "Callback URL" of an APIXO node whose "Request Type" is "Callback (Webhook)"',
				name: 'notice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Trigger On',
				name: 'triggerOn',
				type: 'multiOptions',
				required: true,
				options: [
					{
						name: 'Failed',
						value: 'failed',
						action: 'Video failed',
						description: 'The video could not be made',
					},
					{
						name: 'Success',
						value: 'success',
						action: 'Video ready',
						description: 'The video is ready',
					},
				],
				default: ['success', 'failed'],
				description: 'What has to become of a video to start the workflow',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					{
						displayName: 'Ignore Duplicates',
						name: 'ignoreDuplicates',
						type: 'boolean',
						default: true,
						description:
							'Whether to start the workflow only once per video. APIXO sends a callback again if it got no answer.',
					},
					{
						displayName: 'Verify',
						name: 'verify',
						type: 'boolean',
						default: true,
						description:
							'Whether to read the state of the video from APIXO and give that, so that a forged callback gets nowhere. Without it, anybody who knows the URL can start the workflow.',
					},
				],
			},
		],
	};

	/** APIXO takes the URL with each task, so there is nothing to register. */
	webhookMethods = {
		default: {
			checkExists: async (): Promise<boolean> => true,
			create: async (): Promise<boolean> => true,
			delete: async (): Promise<boolean> => true,
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive.call(this);
	}
}
