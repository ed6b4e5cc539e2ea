import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DEFAULT_BASE_URL } from '../../nodes/shared/contract.ts';

/**
 * Public pages of the vendor that would tell what its documentation leaves open: the forms of batches,
 * the schemas of all models, and the list of pages.
 */
const SITE = 'https://apixo.ai';
const DOCUMENTS = [
	'/docs/mcp/guides/batch-integration-v1.json',
	'/docs/models/schemas/index.json',
	'/docs/llms.txt',
];

const DEADLINE_MS = 20_000;

export interface Document {
	path: string;
	/** Bytes that were kept, or why there are none. */
	got: number | string;
}

/** Fetches what can be had, without the key, and keeps it as it is. A stand-in is asked in the vendor's place. */
export async function fetchDocuments(
	baseUrl: string,
	folder: string,
	stop: AbortSignal,
): Promise<Document[]> {
	const site = baseUrl === DEFAULT_BASE_URL ? SITE : new URL(baseUrl).origin;
	const documents: Document[] = [];
	for (const path of DOCUMENTS) {
		documents.push({ path, got: await fetchDocument(site + path, folder, stop) });
	}
	return documents;
}

async function fetchDocument(
	url: string,
	folder: string,
	stop: AbortSignal,
): Promise<Document['got']> {
	let bytes: Buffer;
	try {
		const signal = AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]);
		const response = await fetch(url, { signal });
		bytes = Buffer.from(await response.arrayBuffer());
		if (!response.ok) return `HTTP ${response.status}`;
	} catch (error) {
		if (stop.aborted) throw error;
		return 'could not be reached';
	}
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, basename(new URL(url).pathname)), bytes);
	return bytes.length;
}
