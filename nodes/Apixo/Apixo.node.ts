import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { accountFields } from './actions/account';
import { router } from './actions/router';
import { toolFields } from './actions/tool.fields';
import { videoFields } from './actions/video';
import { receiveCallback } from './actions/video/suspension/callback';
import { resumeWebhook } from './actions/video/suspension/webhook';

/** At most 120 characters each, by n8n's rules. */
const hints: INodeTypeDescription['hints'] = [
	{
		message:
			'Each run orders and bills a video per item. To build for free, add the option Simulate.',
		displayCondition:
			'={{ $parameter["resource"] === "video" && $parameter["operation"] === "generate" && !$parameter["options"]["simulate"] }}',
		whenToDisplay: 'beforeExecution',
		location: 'outputPane',
	},
	{
		message: 'Simulate is on: samples come out, and nothing is ordered.',
		displayCondition: '={{ !!$parameter["options"]["simulate"] }}',
		whenToDisplay: 'beforeExecution',
		location: 'outputPane',
	},
];

export class Apixo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'APIXO',
		name: 'apixo',
		icon: { light: 'file:../../icons/apixo.svg', dark: 'file:../../icons/apixo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Makes videos from text or images with Kling 2.5 Turbo Pro on APIXO',
		defaults: { name: 'APIXO' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'apixoApi', required: true }],
		webhooks: resumeWebhook,
		waitingNodeTooltip:
			'This execution is suspended until APIXO calls because its videos are ready. It goes on by itself then, or at its deadline.',
		hints,
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Account', value: 'account' },
					{ name: 'Video', value: 'video' },
				],
				default: 'video',
			},
			...toolFields,
			...videoFields,
			...accountFields,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}

	/** Called for an execution that is suspended until a callback comes. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback.call(this);
	}
}
