import { join } from 'node:path';
import { openAccounts } from '../../../harness/world/accounts.mts';
import { channels, spreadsheets, wishes } from '../../../harness/world/furniture.mts';
import { startWorld, type World } from '../../../harness/world/world.mts';
import type { Execution } from '../../../harness/n8n/execution.mts';
import { CHECKOUT } from '../../../harness/checkout.ts';
import { readExamples, readyToRun } from '../../../harness/n8n/setup.mts';
import type { StoredWorkflow, Workflow, WorkflowNode } from '../../../harness/n8n/workflow.mts';
import { QUICK } from '../../../harness/n8n/nodes.mts';
import { openOwnStage, type OwnStage, SHARED_ENVIRONMENT, stageFolders } from '../stage.mts';

/** An n8n with every example in it, and all that they reach behind it. */
export interface ExampleStage extends OwnStage {
	world: World;
	/** The ID of the data table that the examples use. */
	table: string;
	/** The workflow of a file of examples/, ready to run, perhaps changed for a test. */
	store(file: string, change?: (workflow: Workflow) => Workflow): Promise<StoredWorkflow>;
	/** Runs it from its start to its end. */
	run(file: string, change?: (workflow: Workflow) => Workflow): Promise<Execution>;
}

export async function openExampleStage(): Promise<ExampleStage> {
	const world = await startWorld({
		folder: stageFolders().folder,
		channels: channels(),
		spreadsheets: spreadsheets(),
	});
	const env = { ...SHARED_ENVIRONMENT, ...world.environment };
	// Callbacks have to be answered within 30 s, which are 4 s here.
	const stage = await openOwnStage('examples', env, { timeScale: 8 });
	const close = async () => {
		await stage.close();
		await world.close();
	};
	const accounts = await openAccounts(stage.n8n, world).catch(async (error: unknown) => {
		await close();
		throw error;
	});
	const credentials = { ...accounts, apixoApi: stage.credential };
	const table = await stage.n8n.dataTable('Videos', wishes());
	const examples = await readExamples(join(CHECKOUT, 'examples'));

	const store = async (file: string, change = (workflow: Workflow) => workflow) => {
		const example = examples.find((one) => one.file === file);
		if (!example) throw new Error(`examples/${file} does not exist.`);
		const here = readyToRun(example.workflow, { credentials, table }, stage.n8n);
		return await stage.n8n.createWorkflow(change({ ...here, nodes: here.nodes.map(hurried) }));
	};
	return {
		...stage,
		world,
		table,
		store,
		run: async (file, change) => await stage.n8n.run(await store(file, change)),
		close,
	};
}

/** Looks at tasks at the sandbox's pace; all else stays as the example has it. */
function hurried(node: WorkflowNode): WorkflowNode {
	const { type, parameters } = node;
	const isOurs = /^n8n-nodes-apixo\.apixo(Tool)?$/.test(type) && parameters.resource !== 'account';
	if (!isOurs || parameters.requestType === 'callback') return node;
	const options = { ...(parameters.options as Record<string, unknown>), ...QUICK };
	return { ...node, parameters: { ...parameters, options } };
}

/** The same workflow with other values in one node's parameters. */
export function withParameters(name: string, values: Record<string, unknown>) {
	return (workflow: Workflow): Workflow => {
		const nodes = workflow.nodes.map((node) =>
			node.name === name ? { ...node, parameters: { ...node.parameters, ...values } } : node,
		);
		return { ...workflow, nodes };
	};
}
