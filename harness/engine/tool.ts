/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createRequire } from 'module';
import { dirname, join } from 'path';

import { createRunExecutionData, type IDataObject, type INode } from 'n8n-workflow';

import { additionalDataFor, createWorkflow, type RunOptions } from './engine';
import { apixoWorkflow, APIXO } from './workflow';

/** The part of n8n's engine that serves tools; it is not among what n8n-core exports. */
const core = createRequire(require.resolve('n8n-core'));
const CORE = join(
	dirname(require.resolve('n8n-core/package.json')),
	'dist/execution-engine/node-execution-context',
);

type Call = (toolArguments: IDataObject) => Promise<string>;
type MakeHandler = (
	contextOf: (runIndex: number) => unknown,
	node: INode,
	nodeType: unknown,
	data: unknown,
) => Call;

/**
 * Gives functions by which an AI agent calls our node as its tool, `count` of them within one execution.
 * A call gives what the agent reads, and rejects where the tool failed.
 */
export function toolCalls(
	options: RunOptions,
	parameters: IDataObject,
	settings: Partial<INode> = {},
	count = 1,
): Call[] {
	const { makeHandleToolInvocation } = core(join(CORE, 'utils/get-input-connection-data')) as {
		makeHandleToolInvocation: MakeHandler;
	};
	const { SupplyDataContext } = core(join(CORE, 'supply-data-context')) as {
		SupplyDataContext: new (...given: unknown[]) => unknown;
	};
	const type = 'n8n-nodes-apixo.apixoTool';
	const file = apixoWorkflow(parameters, { type, ...settings });
	const workflow = createWorkflow(file, options);
	const [node, agent] = [workflow.getNode(APIXO) as INode, workflow.getNode('Next')];
	const additionalData = additionalDataFor(file, options, 'manual');
	const data = createRunExecutionData({ executionData: { nodeExecutionStack: [] } });
	const items = [{ json: {} }];
	const executeData = { node, data: { main: [items] }, source: null };
	const contextOf = (runIndex: number) =>
		new SupplyDataContext(
			workflow,
			node,
			additionalData,
			'manual',
			data,
			runIndex,
			items,
			{},
			'ai_tool',
			executeData,
			[],
			undefined,
			agent,
		);
	const nodeType = workflow.nodeTypes.getByNameAndVersion(type, 1);
	return Array.from({ length: count }, () =>
		makeHandleToolInvocation(contextOf, node, nodeType, data),
	);
}
