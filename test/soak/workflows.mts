/** The workflows of the soak: production ones, started by a call, as they run for weeks. */
import type { CredentialRef } from '../../harness/n8n/client.mts';
import { chain, type Workflow, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { generate, webhook } from '../../harness/n8n/nodes.mts';

/** The sandbox's clips are ready after some seconds. */
const PACE = { initialDelay: 0.5, pollInterval: 0.5 };

/** Of the items that a call sends along. */
export const PROMPT = '={{ $json.prompt }}';

/** Answers a call to `/webhook/<path>` with the execution's id, and goes on with the items of the call. */
function start(path: string): WorkflowNode[] {
	const hook = webhook(path);
	const parameters = { ...hook.parameters, responseMode: 'responseNode' };
	return [
		{ ...hook, parameters },
		{
			name: 'Answer',
			type: 'n8n-nodes-base.respondToWebhook',
			typeVersion: 1.1,
			position: [110, 0],
			parameters: { respondWith: 'text', responseBody: '={{ $execution.id }}' },
		},
		{
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: [220, 0],
			parameters: { fieldToSplitOut: 'body.items' },
		},
	];
}

/** A call's items go to these nodes. */
export function called(path: string, ...nodes: WorkflowNode[]): Workflow {
	return chain(path, [...start(path), ...nodes]);
}

/** Generate for each item; one that fails becomes an error item. */
export function clips(
	credential: CredentialRef,
	{ options, ...parameters }: Record<string, unknown> = {},
): WorkflowNode {
	const paced = { ...PACE, ...(options as Record<string, unknown> | undefined) };
	return generate(
		credential,
		PROMPT,
		{ ...parameters, options: paced },
		{ onError: 'continueRegularOutput' },
	);
}
