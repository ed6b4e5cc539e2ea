import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeTypeDescription,
} from 'n8n-workflow';
// Not from index.ts: tsx takes a re-export from "./….node" for one of a native addon.
import { Apixo } from '../../nodes/Apixo/Apixo.node.ts';
import { ApixoTrigger } from '../../nodes/ApixoTrigger/ApixoTrigger.node.ts';
import { CHECKOUT } from '../../harness/checkout.ts';
import type { Workflow, WorkflowNode } from '../../harness/n8n/workflow.mts';
import { untidy } from './lib/canvas.mts';
import { heightOfNote } from './lib/note.mts';

const FOLDER = join(CHECKOUT, 'examples');
const PREFIX = 'n8n-nodes-apixo.';

const OWN: Record<string, INodeTypeDescription> = Object.fromEntries(
	[new Apixo(), new ApixoTrigger()].flatMap(({ description }) => [
		[PREFIX + description.name, description],
		// n8n makes this one itself, of every node that says so.
		...(description.usableAsTool ? [[`${PREFIX}${description.name}Tool`, description]] : []),
	]),
);

/** Nodes of n8n itself that listen on a URL of their own. */
const LISTENING = /^n8n-nodes-base\.(webhook|formTrigger|wait|form)$|HitlTool$/;

/** Empty space that a note may have below its text. Pixels: two rows. */
const NOTE_MAY_SPARE = 40;

/** An export holds the name of a credential, never what is in it. */
const SECRET = /"(?:apiKey|password|token|secret|accessToken)"|Bearer\s|\bsk-\w{8,}/i;

const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json')).sort();
assert.ok(files.length > 0, 'there are examples');

for (const file of files) {
	const text = await readFile(join(FOLDER, file), 'utf8');
	// A file holds one workflow, or those that work together.
	const workflows = [JSON.parse(text) as Workflow | Workflow[]].flat();

	describe(`examples/${file}`, () => {
		test('is a workflow that n8n can import', () => workflows.forEach(assertWorkflow));

		test('is laid out without overlaps and without lines that cross', () => {
			for (const workflow of workflows) assert.deepEqual(untidy(workflow), []);
		});

		test('has notes as high as what they say', () => {
			const notes = workflows.flatMap(({ nodes }) =>
				nodes.filter(({ type }) => /stickyNote$/.test(type)),
			);
			assert.ok(notes.length > 0, 'there is a note');
			for (const { name, parameters } of notes) {
				const text = heightOfNote(String(parameters.content), Number(parameters.width));
				const spare = Number(parameters.height) - text;
				assert.ok(spare >= 0, `"${name}" is cut ${-spare} pixels above the end of its text`);
				assert.ok(spare <= NOTE_MAY_SPARE, `"${name}" has ${spare} empty pixels`);
			}
		});

		test('sets what the nodes have, and all that they need', () => {
			const own = workflows.flatMap(({ nodes }) => nodes).filter(({ type }) => OWN[type]);
			assert.ok(own.length > 0, 'it shows a node of this package');
			own.forEach(assertParameters);
		});

		test('holds no secret', () => {
			assert.doesNotMatch(text, SECRET);
			for (const { credentials = {} } of workflows.flatMap(({ nodes }) => nodes)) {
				for (const credential of Object.values(credentials)) {
					assert.deepEqual(Object.keys(credential).sort(), ['id', 'name']);
				}
			}
		});
	});
}

function assertWorkflow({ name, nodes, connections, settings }: Workflow): void {
	assert.ok(name);
	assert.ok(settings);
	const names = nodes.map((node) => node.name);
	assert.equal(new Set(names).size, names.length, 'no two nodes have the same name');
	const ids = nodes.map(({ id }) => id);
	assert.equal(new Set(ids).size, ids.length, 'no two nodes have the same id');
	for (const node of nodes) {
		assert.match(node.id ?? '', /^[0-9a-f-]{36}$/, `"${node.name}" has an id`);
		assert.equal(node.position.length, 2);
		assert.ok(node.typeVersion > 0);
		assert.ok(!node.type.startsWith(PREFIX) || OWN[node.type], `${node.type} exists`);
		if (OWN[node.type]?.webhooks || LISTENING.test(node.type)) {
			assert.match(node.webhookId ?? '', /^[0-9a-f-]{36}$/, `"${node.name}" has a webhookId`);
		}
	}
	for (const [from, outputs] of Object.entries(connections)) {
		assert.ok(names.includes(from), `"${from}" is connected, but does not exist`);
		for (const { node } of Object.values(outputs)
			.flat(2)
			.filter((to) => to !== null)) {
			assert.ok(names.includes(node), `"${from}" leads to "${node}", which does not exist`);
		}
	}
}

/** n8n's own checks: a parameter that a node does not have, or does not show, is dropped in silence. */
function assertParameters(node: WorkflowNode): void {
	const description = OWN[node.type];
	assert.ok(description);
	const given = node.parameters as INodeParameters;
	const own = { ...node, id: node.id ?? '', parameters: given } as INode;
	const kept = NodeHelpers.getNodeParameters(
		description.properties,
		given,
		false,
		false,
		own,
		description,
	);
	for (const [name, value] of Object.entries(given)) {
		const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
		assert.ok(isEmpty || kept?.[name] !== undefined, `"${node.name}" has no use for "${name}"`);
		if (!isEmpty) assert.deepEqual(kept?.[name], value, `"${name}" of "${node.name}"`);
	}
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		given,
		true,
		false,
		own,
		description,
	);
	const issues = NodeHelpers.getNodeParametersIssues(
		description.properties,
		{ ...own, parameters: parameters ?? {} },
		description,
	);
	assert.equal(issues, null, `"${node.name}": ${JSON.stringify(issues?.parameters)}`);
}
