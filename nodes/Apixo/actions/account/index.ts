import type { INodeProperties } from 'n8n-workflow';

import * as getBalance from './getBalance.operation';

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['account'] } },
	options: [
		{
			name: 'Get Balance',
			value: 'getBalance',
			action: 'Get the account balance',
			description: 'Get what is left to spend with this API key, in US dollars',
		},
	],
	default: 'getBalance',
};

export const accountFields: INodeProperties[] = [operation];
export const accountOperations = { getBalance: getBalance.execute };
