import type { INodeProperties } from 'n8n-workflow';

import { generateFields } from './generate.fields';
import * as generate from './generate.operation';
import * as get from './get.operation';

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['video'] } },
	options: [
		{
			name: 'Generate',
			value: 'generate',
			action: 'Generate a video',
			description:
				'Make a video from text or images with Kling 2.5 Turbo Pro. Each run orders and pays anew.',
		},
		{
			name: 'Get',
			value: 'get',
			action: 'Get a video',
			description: 'Get a video that was ordered before, or its state, at no further cost',
		},
	],
	default: 'generate',
};

export const videoFields: INodeProperties[] = [operation, ...generateFields, ...get.getFields];
export const videoOperations = { generate: generate.execute, get: get.execute };
