import {
	NodeConnectionTypes,
	NodeHelpers,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypes,
	type IVersionedNodeType,
} from 'n8n-workflow';

/** Hands its input on: what n8n's Manual Trigger and No Operation do. */
class PassOn implements INodeType {
	description;

	constructor(displayName: string, inputs: INodeType['description']['inputs']) {
		this.description = {
			displayName,
			name: displayName,
			group: ['transform' as const],
			version: 1,
			description: displayName,
			defaults: { name: displayName },
			inputs,
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		};
	}

	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	}
}

/** The few of n8n's own nodes that a workflow in a test needs around ours. */
const STAND_INS: Record<string, INodeType> = {
	'n8n-nodes-base.manualTrigger': new PassOn('manualTrigger', []),
	'n8n-nodes-base.noOp': new PassOn('noOp', [NodeConnectionTypes.Main]),
};

/** Node types by full name, for the engine. */
export function nodeTypes(own: Record<string, INodeType | IVersionedNodeType>): INodeTypes {
	const all = { ...STAND_INS, ...own };
	const find = (type: string) => {
		const nodeType = all[type];
		if (nodeType === undefined) throw new Error(`Unknown node type ${type}`);
		return nodeType;
	};
	return {
		getByName: find,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
		getKnownTypes: () => ({}),
	};
}
