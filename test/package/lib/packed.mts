import { execFile } from 'node:child_process';
import { mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../../harness/checkout.ts';
import { packPackage } from '../../../harness/n8n/package.mts';
import { readManifest, type Manifest } from './manifest.mts';
import { temporaryFolder } from '../../../harness/n8n/process.mts';

const run = promisify(execFile);

/** The package as the registry would get it, and as n8n would unpack it. */
export interface Packed {
	tarball: string;
	/** Bytes of the tarball. */
	size: number;
	/** Where it is unpacked. It finds n8n-workflow there and no other package. */
	folder: string;
	/** Paths within the package, with slashes. */
	files: string[];
	manifest: Manifest;
}

export async function packAndUnpack(): Promise<Packed> {
	const tarball = await packPackage();
	const root = temporaryFolder('packed');
	const folder = join(root, 'node_modules', 'n8n-nodes-apixo');
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const n8nWorkflow = join('node_modules', 'n8n-workflow');
	await symlink(join(CHECKOUT, n8nWorkflow), join(root, n8nWorkflow), 'junction');
	return {
		tarball,
		size: (await stat(tarball)).size,
		folder,
		files: await filesBelow(folder),
		manifest: await readManifest(folder),
	};
}

/** All files below a folder, but not those of the folders to skip. */
export async function filesBelow(folder: string, skip: string[] = []): Promise<string[]> {
	const below = async (path: string): Promise<string[]> => {
		const entries = (await readdir(path, { withFileTypes: true })).filter(
			(entry) => !skip.includes(entry.name),
		);
		const found = entries.map(async (entry) => {
			const child = join(path, entry.name);
			return entry.isDirectory() ? await below(child) : [relative(folder, child)];
		});
		return (await Promise.all(found)).flat();
	};
	return (await below(folder)).map((path) => path.split(sep).join('/')).sort();
}
