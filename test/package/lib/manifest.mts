import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the tests read of package.json. */
export interface Manifest {
	name: string;
	version: string;
	author: { name: string; email: string };
	homepage: string;
	bugs: { url: string };
	repository: { url: string };
	scripts: Record<string, string>;
	dependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	bundleDependencies?: string[];
	overrides?: unknown;
	peerDependencies: Record<string, string>;
	devDependencies: Record<string, string>;
	n8n: { strict: boolean; nodes: string[]; credentials: string[] };
}

export async function readManifest(folder: string): Promise<Manifest> {
	return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
