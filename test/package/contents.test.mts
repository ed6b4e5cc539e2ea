import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../harness/checkout.ts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { packAndUnpack, type Packed } from './lib/packed.mts';

const run = promisify(execFile);

/** The sample clips of Simulate are a fifth of it. */
const MAX_BYTES = 100_000;

/** Beside what is built. CONTRIBUTING, examples and pictures are for the repository. */
const BESIDE_DIST = ['CHANGELOG.md', 'LICENSE.md', 'README.md', 'package.json'];

/** The places in `dist/`. */
const BUILT = ['credentials', 'icons', 'index.js', 'nodes'];

/** n8n's verification allows no other: what is not part of n8n has to be in the package. */
const MAY_IMPORT = ['crypto', 'n8n-workflow'];

const IMPORTS = /\b(?:require|import)\(\s*["'`]([^"'`]+)["'`]/g;

describe('what npm would publish', () => {
	let packed: Packed;
	before(async () => {
		packed = await packAndUnpack();
	});

	test('is the build, the licence, the two texts for users, and nothing else', () => {
		const beside = packed.files.filter((file) => !file.startsWith('dist/'));
		assert.deepEqual(beside, BESIDE_DIST);
		const built = packed.files.filter((file) => !beside.includes(file));
		const places = new Set(built.map((file) => file.split('/')[1]));
		assert.deepEqual([...places], BUILT);
		const kinds = packed.files.filter((file) => !/\.(js|json|svg|md)$/.test(file));
		assert.deepEqual(kinds, [], 'no picture, map, type or source is published');
		assert.deepEqual(
			packed.files.filter((file) => file.endsWith('.svg')),
			['dist/icons/apixo.dark.svg', 'dist/icons/apixo.svg'],
		);
	});

	test('is no picture that lies about when it is built, such as those that tests leave', async () => {
		const folder = temporaryFolder('stray');
		await copyFile(join(CHECKOUT, 'package.json'), join(folder, 'package.json'));
		// n8n's build copies them from wherever they are.
		for (const stray of ['out/e2e/failed.png', 'docs/chart.svg', 'icons/apixo.svg']) {
			const file = join(folder, 'dist', stray);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, '');
		}
		const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], {
			cwd: folder,
			shell: process.platform === 'win32',
		});
		const [{ files }] = JSON.parse(stdout) as [{ files: Array<{ path: string }> }];
		const paths = files.map(({ path }) => path);
		assert.deepEqual(paths, ['dist/icons/apixo.svg', 'package.json']);
	});

	test(`weighs less than ${MAX_BYTES / 1000} kB`, () => {
		assert.ok(packed.size < MAX_BYTES, `it weighs ${packed.size} bytes`);
	});

	test('needs nothing but n8n', () => {
		const { manifest } = packed;
		assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
		assert.deepEqual(Object.keys(manifest.optionalDependencies ?? {}), []);
		assert.deepEqual(manifest.bundleDependencies ?? [], []);
		assert.deepEqual(manifest.peerDependencies, { 'n8n-workflow': '*' });
		assert.equal(manifest.overrides, undefined);
	});

	test('runs nothing when it is installed', () => {
		const hooks = ['prepare', 'preinstall', 'install', 'postinstall', 'prepublish'];
		const names = Object.keys(packed.manifest.scripts);
		assert.deepEqual(
			names.filter((name) => hooks.includes(name)),
			[],
		);
	});

	test('imports only n8n-workflow, crypto and its own files', async () => {
		const own = new Set(packed.files);
		const code = packed.files.filter((file) => file.endsWith('.js'));
		assert.ok(code.length > 0);
		for (const file of code) {
			const text = await readFile(join(packed.folder, file), 'utf8');
			for (const [, target = ''] of text.matchAll(IMPORTS)) {
				if (MAY_IMPORT.includes(target)) continue;
				assert.match(target, /^\.\.?(\/|$)/, `${file} imports "${target}"`);
				const path = join(dirname(file), target).split('\\').join('/');
				const found = ['', '.js', '/index.js'].some((end) => own.has(path + end));
				assert.ok(found, `${file} imports "${target}", which is not in the package`);
			}
		}
	});

	test('is developed with exact versions only', () => {
		const { devDependencies } = packed.manifest;
		const loose = Object.entries(devDependencies).filter(([, v]) => !/^\d+\.\d+\.\d+$/.test(v));
		assert.deepEqual(loose, []);
	});
});
