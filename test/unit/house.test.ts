/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

import { CHECKOUT } from '../../harness/checkout';
import { codeSpans, headings, section, tables } from './lib/markdown';

const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');

/** All that is below a folder; folders end with a slash. */
function below(folder: string): string[] {
	return readdirSync(join(CHECKOUT, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = `${folder}${entry.name}`;
		return entry.isDirectory() ? [`${path}/`, ...below(`${path}/`)] : [path];
	});
}

const NODES = below('nodes/');

describe('The map of CONTRIBUTING.md', () => {
	const CONTRIBUTING = read('CONTRIBUTING.md');

	/** A section whose heading is a folder names what is in it. */
	const named = headings(CONTRIBUTING).flatMap((heading) => {
		const [base = ''] = codeSpans(heading);
		return tables(section(CONTRIBUTING, heading))
			.filter(({ columns: [first = ''] }) => ['Place', 'File', 'Folder'].includes(first))
			.flatMap(({ rows }) => rows.flatMap((row) => codeSpans(Object.values(row)[0] ?? '')))
			.map((name) => base + name);
	});

	it('names only what is there', () => {
		expect(named.filter((path) => !existsSync(join(CHECKOUT, path)))).toEqual([]);
	});

	it('names every file of the nodes, and every folder', () => {
		const folders = ['harness/', 'sandbox/', 'scripts/', 'test/'].flatMap((root) => [
			root,
			...below(root).filter((path) => path.endsWith('/')),
		]);
		// A `lib/` is for the tests beside it; n8n lays out what is in `__schema__/`.
		const inside = /\/lib\/|__schema__\/./;
		const missing = [...NODES, ...folders].filter(
			(path) => !inside.test(path) && !named.includes(path),
		);
		expect(missing).toEqual([]);
	});

	it('names nothing twice, but for a folder that has a section of its own', () => {
		const files = named.filter((path) => !path.endsWith('/'));
		expect(files.filter((path, index) => files.indexOf(path) !== index)).toEqual([]);
	});
});

describe('A file of the package', () => {
	it('is short enough to be read in one go', () => {
		const long = below('nodes/')
			.filter((path) => path.endsWith('.ts'))
			.filter((path) => read(path).split('\n').length > 250);
		expect(long).toEqual([]);
	});
});

describe('A unit test', () => {
	/** Where the folder of `test/unit/` that it is in may have its source. */
	const ROOTS = ['nodes/Apixo/', 'nodes/', '', 'test/'];

	/** What it is about: `batch.ts` or `errors/`, for `batch.limits.test.ts` and `errors.test.ts`. */
	function sourceOf(path: string): string | undefined {
		const [, folder = '', name = ''] = /^test\/unit\/(.*\/)(.*)\.test\.ts$/.exec(path) ?? [];
		const words = name.split('.');
		const names = words.map((_, index) => words.slice(0, index + 1).join('.'));
		const ends = ['.ts', '.mts', '.mjs', '/'];
		return ROOTS.flatMap((root) =>
			names.flatMap((start) => ends.map((end) => `${root}${folder}${start}${end}`)),
		).find((source) => existsSync(join(CHECKOUT, source)));
	}

	it('bears the name of what it tests, in a folder that mirrors the source', () => {
		// Those of the whole house lie at the top; what is drawn goes through many files.
		const tests = below('test/unit/').filter((path) =>
			/unit\/(?!fuzz\/).*\/.*\.test\.ts$/.test(path),
		);
		expect(tests.filter((path) => sourceOf(path) === undefined)).toEqual([]);
	});
});
