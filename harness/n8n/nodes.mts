/** The nodes that the tests' workflows are made of. */
import type { CredentialRef } from './client.mts';
import { CREDENTIAL_TYPE } from './setup.mts';
import type { WorkflowNode } from './workflow.mts';

/** The sandbox's clips are ready within seconds: waiting for them as for real ones would be slow. */
export const QUICK = { initialDelay: 0.2, pollInterval: 0.2 };

type Extra = Partial<WorkflowNode>;

export function manualTrigger(): WorkflowNode {
	return {
		name: 'Start',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
}

/** Called at `/webhook/<path>`, as production workflows are. Answers at once. */
export function webhook(path: string): WorkflowNode {
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 0],
		webhookId: path,
		parameters: { path, httpMethod: 'POST' },
	};
}

/** Gives out items made by this JavaScript, e.g. `return [{ json: { row: 1 } }]`. */
export function code(jsCode: string, name = 'Items'): WorkflowNode {
	return {
		name,
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		position: [220, 0],
		parameters: { jsCode },
	};
}

/** The node of this package, with whatever parameters. */
export function apixo(
	credential: CredentialRef,
	parameters: Record<string, unknown>,
	extra: Extra = {},
): WorkflowNode {
	return {
		name: 'APIXO',
		type: 'n8n-nodes-apixo.apixo',
		typeVersion: 1,
		position: [440, 0],
		credentials: { [CREDENTIAL_TYPE]: credential },
		parameters,
		...extra,
	};
}

/** Video → Generate, polling at the sandbox's pace unless the parameters say otherwise. */
export function generate(
	credential: CredentialRef,
	prompt: string,
	parameters: Record<string, unknown> = {},
	extra: Extra = {},
): WorkflowNode {
	const { options, ...others } = parameters;
	const paced = { ...QUICK, ...(options as Record<string, unknown> | undefined) };
	return apixo(credential, { prompt, ...others, options: paced }, extra);
}

export function apixoTrigger(
	credential: CredentialRef,
	webhookId: string,
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	return {
		name: 'APIXO Trigger',
		type: 'n8n-nodes-apixo.apixoTrigger',
		typeVersion: 1,
		position: [0, 0],
		webhookId,
		credentials: { [CREDENTIAL_TYPE]: credential },
		parameters,
	};
}
