import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CHECKOUT } from '../../harness/checkout.ts';
import { readExamples, readyToRun } from '../../harness/n8n/setup.mts';
import type { Workflow, WorkflowNode } from '../../harness/n8n/workflow.mts';
import { QUICK } from '../../harness/n8n/nodes.mts';
import { eventually, openStage, type Stage, VERSION } from './stage.mts';

const examples = await readExamples(join(CHECKOUT, 'examples'));
const files = [...new Set(examples.map(({ file }) => file))];

const startsByHand = ({ nodes }: Workflow) =>
	nodes.some(({ type }) => type === 'n8n-nodes-base.manualTrigger');

describe(`The examples, on n8n ${VERSION}`, () => {
	let stage: Stage;
	before(async () => {
		// Callbacks have to be answered within 30 s, which are 4 s here.
		stage = await openStage({ timeScale: 8 });
	});
	after(async () => await stage.close());

	/** Looks at tasks at the sandbox's pace; all else stays as the example has it. */
	const hurried = (node: WorkflowNode): WorkflowNode => {
		const { type, parameters } = node;
		if (type !== 'n8n-nodes-apixo.apixo' || parameters.requestType === 'callback') return node;
		const options = { ...(parameters.options as Record<string, unknown>), ...QUICK };
		return { ...node, parameters: { ...parameters, options } };
	};

	for (const file of files) {
		const workflows = examples.filter((one) => one.file === file).map(({ workflow }) => workflow);

		test(`${file} is imported without an unknown node and runs to its end`, async () => {
			const known = new Set((await stage.n8n.nodeTypes()).map(({ name }) => name));
			const types = workflows.flatMap(({ nodes }) => nodes.map(({ type }) => type));
			// Notes belong to the editor alone.
			const unknown = types.filter((type) => !known.has(type) && !/stickyNote$/.test(type));
			assert.deepEqual(unknown, []);

			// First those that wait to be called, then those that call.
			const byHand = workflows.filter(startsByHand);
			const called = [];
			for (const workflow of workflows.filter((one) => !startsByHand(one))) {
				const here = readyToRun(workflow, stage.credential, stage.n8n);
				const stored = await stage.n8n.createWorkflow(here);
				await stage.n8n.activate(stored);
				called.push(stored);
			}
			for (const workflow of byHand) {
				const here = readyToRun(workflow, stage.credential, stage.n8n);
				const nodes = here.nodes.map(hurried);
				const stored = await stage.n8n.createWorkflow({ ...here, nodes });
				const id = await stage.n8n.start(stored);
				const run = await stage.n8n.reached(id, ['success', 'error', 'crashed'], 120_000);
				assert.equal(run.status, 'success', run.error?.message);
			}
			for (const { id } of called) {
				await eventually('an execution by callback', async () => {
					const [newest] = await stage.n8n.executionsOf(id);
					return newest?.status === 'success' || undefined;
				});
			}
		});
	}
});
