import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialRef, N8nClient } from './client.mts';
import type { Workflow } from './workflow.mts';

export const CREDENTIAL_TYPE = 'apixoApi';
const OWN_NODES = /^n8n-nodes-apixo\./;

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

/** Points every node of this package to the credential. */
function withCredential(workflow: Workflow, credential: CredentialRef): Workflow {
	const nodes = workflow.nodes.map((node) =>
		OWN_NODES.test(node.type) ? { ...node, credentials: { [CREDENTIAL_TYPE]: credential } } : node,
	);
	return { ...workflow, nodes };
}

/** What the examples write where the address of the user's own n8n belongs. */
const PLACEHOLDER = 'https://YOUR-N8N';

/** Puts this n8n's address where an example leaves it open. */
function withAddress(workflow: Workflow, url: string): Workflow {
	return JSON.parse(JSON.stringify(workflow).replaceAll(PLACEHOLDER, url)) as Workflow;
}

/** An example as it runs on this n8n. */
export function readyToRun(
	workflow: Workflow,
	credential: CredentialRef,
	client: { url: string },
): Workflow {
	return withCredential(withAddress(workflow, client.url), credential);
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
	credential: CredentialRef,
	examples: Example[],
): Promise<string[]> {
	const known = new Set((await client.workflows()).map(({ name }) => name));
	const fresh = examples.filter(({ workflow }) => !known.has(workflow.name));
	for (const { workflow } of fresh) {
		await client.createWorkflow(readyToRun(workflow, credential, client));
	}
	return fresh.map(({ workflow }) => workflow.name);
}
