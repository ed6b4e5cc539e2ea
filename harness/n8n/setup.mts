import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialRef, N8nClient } from './client.mts';
import type { Workflow } from './workflow.mts';

export const CREDENTIAL_TYPE = 'apixoApi';

/** What a sandbox tells about itself, as far as a credential needs it. */
export interface Service {
	apiKey: string;
	baseUrl: string;
}

/** Makes the credential that leads to this service, or turns an existing one to it. */
export async function saveApixoCredential(
	client: N8nClient,
	service: Service,
	name = 'APIXO sandbox',
): Promise<CredentialRef> {
	const { apiKey, baseUrl } = service;
	return await client.saveCredential(name, CREDENTIAL_TYPE, { apiKey, baseUrl });
}

/** Points every node to the credentials of the types that it names. */
function withCredentials(workflow: Workflow, all: Record<string, CredentialRef>): Workflow {
	const nodes = workflow.nodes.map((node) => {
		const types = Object.keys(node.credentials ?? {}).filter((type) => all[type]);
		const own = Object.fromEntries(types.map((type) => [type, all[type] as CredentialRef]));
		return { ...node, credentials: { ...node.credentials, ...own } };
	});
	return { ...workflow, nodes };
}

/** What the examples write where something of the user's own belongs. */
const OWN_ADDRESS = 'https://YOUR-N8N';
const OWN_TABLE = 'ID-OF-YOUR-DATA-TABLE';

/** What an example runs with. */
export interface Belongings {
	/** By their types. */
	credentials: Record<string, CredentialRef>;
	/** A data table's ID. */
	table?: string;
}

/** An example as it runs on this n8n: with its address, its credentials, its data table. */
export function readyToRun(
	workflow: Workflow,
	{ credentials, table = OWN_TABLE }: Belongings,
	client: { url: string },
): Workflow {
	const text = JSON.stringify(workflow)
		.replaceAll(OWN_ADDRESS, client.url)
		.replaceAll(OWN_TABLE, table);
	return withCredentials(JSON.parse(text) as Workflow, credentials);
}

export interface Example {
	/** Its file's name. */
	file: string;
	workflow: Workflow;
}

/**
 * Reads the workflows of a folder. A file holds one, or an array of those that work together.
 *
 * @throws Error naming the file that is no workflow.
 */
export async function readExamples(folder: string): Promise<Example[]> {
	if (!existsSync(folder)) return [];
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	const examples = files.map(async (file) => {
		const content: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
		return [content].flat().map((workflow) => {
			if (!isWorkflow(workflow)) throw new Error(`${join(folder, file)} holds no n8n workflow.`);
			return { file, workflow };
		});
	});
	return (await Promise.all(examples)).flat();
}

function isWorkflow(value: unknown): value is Workflow {
	return typeof value === 'object' && value !== null && 'nodes' in value && 'connections' in value;
}

/**
 * Stores the examples that this n8n does not have yet, by their names: what somebody changed in
 * the editor stays as it is.
 *
 * @returns the names of those that are new.
 */
export async function importExamples(
	client: N8nClient,
	belongings: Belongings,
	examples: Example[],
): Promise<string[]> {
	const known = new Set((await client.workflows()).map(({ name }) => name));
	const fresh = examples.filter(({ workflow }) => !known.has(workflow.name));
	for (const { workflow } of fresh) {
		await client.createWorkflow(readyToRun(workflow, belongings, client));
	}
	return fresh.map(({ workflow }) => workflow.name);
}
