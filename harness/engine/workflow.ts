import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowFile } from './engine';

/** The name of our node in the workflows of these tests. */
export const APIXO = 'APIXO';

/** A workflow of a start node and our node, with these parameters and node settings. */
export function apixoWorkflow(
	parameters: IDataObject,
	settings: Partial<INode> = {},
): WorkflowFile {
	return {
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', {}),
			{
				...node(APIXO, 'n8n-nodes-apixo.apixo', parameters as INodeParameters),
				credentials: { apixoApi: { id: '1', name: 'APIXO' } },
				...settings,
			},
			node('Next', 'n8n-nodes-base.noOp', {}),
		],
		connections: {
			Start: { main: [[{ node: APIXO, type: 'main', index: 0 }]] },
			[APIXO]: { main: [[{ node: 'Next', type: 'main', index: 0 }]] },
		},
	};
}

let triggers = 0;

/** A workflow that starts with our trigger, by whatever a task came to. */
export function triggerWorkflow(parameters: IDataObject = {}): WorkflowFile {
	const states = { triggerOn: ['success', 'failed'] };
	const type = 'n8n-nodes-apixo.apixoTrigger';
	const trigger = {
		...node('APIXO Trigger', type, { ...states, ...parameters } as INodeParameters),
		// Like every node in n8n, each has an id of its own.
		id: `trigger-${++triggers}`,
		webhookId: 'hook',
		credentials: { apixoApi: { id: '1', name: 'APIXO' } },
	};
	return { nodes: [trigger], connections: {} };
}

function node(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}
