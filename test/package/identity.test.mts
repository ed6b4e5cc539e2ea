import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CHECKOUT } from '../../harness/checkout.ts';
import { readManifest } from './lib/manifest.mts';
import { filesBelow } from './lib/packed.mts';

const SKIP = ['node_modules', 'dist', 'out', 'coverage', '.git'];
const TEXT = /\.(ts|mts|mjs|js|json|md|yml|svg)$|(^|\/)[^.]+$/;

/**
 * package.json says whose the package is. Who takes it over changes that one place, and these tests
 * then name every link that has to follow.
 */
describe('whose the package is', () => {
	const texts = async () => {
		const files = (await filesBelow(CHECKOUT, SKIP)).filter((file) => TEXT.test(file));
		const read = files
			.filter((file) => file !== 'package.json')
			.map(async (file) => ({ file, text: await readFile(join(CHECKOUT, file), 'utf8') }));
		return await Promise.all(read);
	};

	test('package.json alone names the author, but for the licence', async () => {
		const { author } = await readManifest(CHECKOUT);
		const named = async (what: string) =>
			(await texts()).filter(({ text }) => text.includes(what)).map(({ file }) => file);
		assert.deepEqual(await named(author.name), ['LICENSE.md']);
		assert.deepEqual(await named(author.email), []);
	});

	test('has what n8n looks for in package.json', async () => {
		const manifest = JSON.parse(await readFile(join(CHECKOUT, 'package.json'), 'utf8')) as {
			[field: string]: unknown;
			author: { name: string; email: string };
			files: string[];
			keywords: string[];
			n8n: { n8nNodesApiVersion: number; strict: boolean };
		};
		assert.match(String(manifest.name), /^n8n-nodes-[a-z-]+$/);
		assert.ok(manifest.keywords.includes('n8n-community-node-package'));
		assert.equal(manifest.license, 'MIT');
		assert.ok(manifest.author.name);
		assert.match(manifest.author.email, /^\S+@\S+\.\S+$/);
		for (const field of ['description', 'homepage', 'repository'])
			assert.ok(manifest[field], field);
		const beside = manifest.files.filter((file) => !file.startsWith('dist/'));
		assert.deepEqual(beside, ['CHANGELOG.md']);
		assert.deepEqual([manifest.n8n.n8nNodesApiVersion, manifest.n8n.strict], [1, true]);
	});

	test('every link to the repository leads to the one in package.json', async () => {
		const { name, homepage, bugs, repository } = await readManifest(CHECKOUT);
		const own = repository.url.replace(/^git\+https:\/\//, '').replace(/\.git$/, '');
		assert.equal(homepage, `https://${own}#readme`);
		assert.equal(bugs.url, `https://${own}/issues`);
		const links = new RegExp(`[\\w.-]+\\.\\w+/[\\w.-]+/${name}(?![\\w-])`, 'g');
		for (const { file, text } of await texts()) {
			for (const [link] of text.matchAll(links)) {
				assert.equal(link, own, `${file} links to another repository than package.json`);
			}
		}
	});
});
