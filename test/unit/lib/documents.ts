/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

import { CHECKOUT } from '../../../harness/checkout';
import { anchorOf, headings } from './markdown';

export const REPOSITORY = 'https://github.com/n8n-nodes-apixo/n8n-nodes-apixo';
export const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');
export const filesIn = (folder: string, end: string) =>
	readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' })
		.map((file) => file.replace(/\\/g, '/'))
		.filter((file) => file.endsWith(end));

export const README = read('README.md');
export const REFERENCE = read('docs/reference.md');
export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
	filesIn('docs', '.md').map((file) => `docs/${file}`),
);
export const count = (value: number) => value.toLocaleString('en-US');

export const unique = (values: string[]) => [...new Set(values)];

/** Only links into this repository can be judged here. */
export function isBroken(link: string, from: string): boolean {
	const [target = '', anchor] = link.split('#');
	const path = fileOf(target, from);
	if (path === undefined) return false;
	if (!existsSync(join(CHECKOUT, path))) return true;
	if (anchor === undefined || !path.endsWith('.md')) return false;
	return anchor !== 'readme' && !headings(read(path)).map(anchorOf).includes(anchor);
}

export function fileOf(target: string, from: string): string | undefined {
	if (target === '') return from;
	if (target === REPOSITORY) return 'README.md';
	for (const kind of ['blob', 'raw']) {
		const main = `${REPOSITORY}/${kind}/main/`;
		if (target.startsWith(main)) return target.slice(main.length);
	}
	return target.includes('://') ? undefined : join(from, '..', target);
}
