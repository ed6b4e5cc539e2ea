import 'reflect-metadata';

import assert from 'node:assert/strict';
import { parse } from 'node:path';
import { before, describe, test } from 'node:test';
import { PackageDirectoryLoader } from 'n8n-core';
import { packAndUnpack, type Packed } from './lib/packed.mts';

type Themed = string | { light: string; dark: string } | undefined;

describe('the packed package, loaded as n8n loads it', () => {
	let packed: Packed;
	let loader: PackageDirectoryLoader;
	before(async () => {
		packed = await packAndUnpack();
		loader = new PackageDirectoryLoader(packed.folder);
		await loader.loadAll();
	});

	/** n8n knows a node by its class: dist/nodes/Apixo/Apixo.node.js is "apixo". */
	const declared = (paths: string[]) =>
		paths.map((path) => {
			const className = parse(path).name.split('.')[0] ?? '';
			return className.charAt(0).toLowerCase() + className.slice(1);
		});

	/** n8n serves an icon by a URL that names its file in the package. */
	const assertIcons = (icon: Themed, of: string) => {
		assert.ok(typeof icon === 'object', `${of} has an icon for light and for dark`);
		for (const url of [icon.light, icon.dark]) {
			const file = url.replace(`icons/${packed.manifest.name}/`, '');
			assert.ok(packed.files.includes(file), `${of} shows ${url}, which is not in the package`);
		}
	};

	test('gives the nodes that package.json declares', () => {
		const names = loader.types.nodes.map(({ name }) => name);
		assert.deepEqual(names, declared(packed.manifest.n8n.nodes));
		assert.deepEqual(names, ['apixo', 'apixoTrigger']);
	});

	test('gives the credential that package.json declares', () => {
		const names = loader.types.credentials.map(({ name }) => name);
		assert.deepEqual(names, declared(packed.manifest.n8n.credentials));
		assert.deepEqual(names, ['apixoApi']);
		assert.deepEqual(loader.known.credentials.apixoApi?.supportedNodes, ['apixo', 'apixoTrigger']);
	});

	test('has an icon for light and for dark for each of them', () => {
		for (const { displayName, iconUrl } of loader.types.nodes) assertIcons(iconUrl, displayName);
		for (const { displayName, iconUrl } of loader.types.credentials) {
			assertIcons(iconUrl, displayName);
		}
	});

	test('can be found in the node panel by what people type', () => {
		for (const { displayName, codex } of loader.types.nodes) {
			assert.ok((codex?.categories ?? []).length > 0, `${displayName} has a category`);
			// n8n hides nodes of this category from the search for actions.
			assert.ok(!codex?.categories?.includes('AI'));
			const aliases = codex?.alias ?? [];
			for (const word of ['Kling', 'Text to Video', 'Image to Video', 'AI Video']) {
				assert.ok(aliases.includes(word), `${displayName} has the alias "${word}"`);
			}
		}
	});

	test('tells n8n which version it is', () => {
		for (const { communityNodePackageVersion } of loader.types.nodes) {
			assert.equal(communityNodePackageVersion, packed.manifest.version);
		}
	});
});
