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

function node(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}
