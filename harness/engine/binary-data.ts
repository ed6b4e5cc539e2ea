/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtempSync } from 'fs';
import { readdir, rm } from 'fs/promises';
import { createRequire } from 'module';
import { tmpdir } from 'os';
import { join } from 'path';

import type * as Di from '@n8n/di';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';

/** The engine's own copy: other packages bring further ones, which know nothing of its services. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as typeof Di;

let service: Promise<BinaryDataService> | undefined;

/** n8n's binary store on disk, in a folder of its own. */
export async function binaryDataService(): Promise<BinaryDataService> {
	service ??= (async () => {
		const config = Container.get(BinaryDataConfig);
		config.mode = 'filesystem';
		config.localStoragePath = mkdtempSync(join(tmpdir(), 'apixo-binary-'));
		config.signingSecret = 'test-signing-secret';
		const binaryData = Container.get(BinaryDataService);
		await binaryData.init();
		return binaryData;
	})();
	return await service;
}

/** Deletes all that it holds, and its folder. */
export async function removeStore(): Promise<void> {
	if (service === undefined) return;
	await service;
	const { localStoragePath } = Container.get(BinaryDataConfig);
	await rm(localStoragePath, { recursive: true, force: true });
}

/** The names of all files that n8n's store holds for an execution, half-written ones too. */
export async function storedFiles(executionId: string): Promise<string[]> {
	const store = await binaryDataService();
	const folder = `workflows/workflow-1/executions/${executionId}/binary_data`;
	return await readdir(store.getPath(`filesystem-v2:${folder}`));
}
