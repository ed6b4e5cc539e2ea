import type { INodeProperties } from 'n8n-workflow';

/** What an AI agent reads about the node as its tool. n8n's own words for it would not tell the costs. */
const TOLD: ReadonlyArray<{ resource: string; operation: string; text: string }> = [
	{
		resource: 'video',
		operation: 'generate',
		text: 'Makes one video with Kling 2.5 Turbo Pro and gives the link to it, usually within a minute. Every call orders a new video and costs money, even a call that is equal to an earlier one: call it once for each video that the user asked for, and never to check whether one is ready.',
	},
	{
		resource: 'video',
		operation: 'get',
		text: 'Gives the state of a video that was ordered before, and the link to it when it is ready, by its task ID. Free of charge.',
	},
	{
		resource: 'account',
		operation: 'getBalance',
		text: 'Tells how many US dollars are left to spend on videos. Free of charge.',
	},
];

export const toolFields: INodeProperties[] = TOLD.map(({ resource, operation, text }) => ({
	displayName: 'Tool Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 3 },
	required: true,
	default: text,
	description: 'What the agent is told about this tool. It decides by that when to call it.',
	displayOptions: { show: { '@tool': [true], resource: [resource], operation: [operation] } },
}));
