import 'reflect-metadata';

import { mkdir } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PackageDirectoryLoader } from 'n8n-core';
import type { IBinaryData, IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';
import {
	binaryDataService,
	outputsOf,
	removeStore,
	startWorkflow,
	type WorkflowFile,
} from '../../harness/engine/engine.ts';
import { nodeTypes } from '../../harness/engine/node-types.ts';
import { CHECKOUT } from '../../harness/checkout.ts';
import { APIXO_TYPE } from './orders.mts';
import type { Service } from './service.mts';

// The demo tells of errors itself, in whole sentences.
process.env.N8N_LOG_LEVEL ??= 'silent';

/** Where the clips land, below the checkout. */
const OUT = 'out';

export interface Result {
	/** Why it failed, for people. */
	problem?: string;
	items: IDataObject[];
	clips: Array<{ path: string; bytes: number }>;
}

export type Engine = Awaited<ReturnType<typeof openEngine>>;

/** n8n's engine with the built package, loaded from dist as n8n itself loads it. */
export async function openEngine() {
	const loader = new PackageDirectoryLoader(CHECKOUT);
	await loader.loadAll();
	const types = nodeTypes({ [APIXO_TYPE]: loader.getNode('apixo').type });

	const start = async (
		workflow: WorkflowFile,
		{ apiKey, baseUrl }: Service,
	): Promise<{ done: Promise<Result>; stop: () => void }> => {
		// Notes are for people: the engine has no use for them.
		const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
		const running = await startWorkflow(
			{ ...workflow, nodes },
			{ nodeTypes: types, credentials: { apixoApi: { apiKey, baseUrl } } },
		);
		const name = nodes.find(({ type }) => type === APIXO_TYPE)?.name ?? '';
		return {
			done: running.done.then(async (run) => await resultOf(run, name)),
			stop: running.stop,
		};
	};
	return { start, close: removeStore };
}

async function resultOf(run: IRun, nodeName: string): Promise<Result> {
	const items = outputsOf(run, nodeName)[0] ?? [];
	const { error } = run.data.resultData;
	const clips = (await Promise.all(items.map(saveClips))).flat();
	return {
		...(error && { problem: [error.message, error.description].filter(Boolean).join('\n') }),
		items: items.map(asShown),
		clips,
	};
}

/** The item as n8n's editor shows it, without what is inside of n8n's store. */
function asShown({ json, binary }: INodeExecutionData): IDataObject {
	if (!binary) return { json };
	const files = Object.entries(binary).map(([field, { fileName, mimeType, fileSize }]) => [
		field,
		{ fileName, mimeType, fileSize },
	]);
	return { json, binary: Object.fromEntries(files) };
}

/** Copies the clips of an item out of n8n's store. */
async function saveClips({ binary = {} }: INodeExecutionData): Promise<Result['clips']> {
	await mkdir(join(CHECKOUT, OUT), { recursive: true });
	return await Promise.all(Object.values(binary).map(saveClip));
}

async function saveClip({
	id = '',
	fileName = 'clip.mp4',
}: IBinaryData): Promise<Result['clips'][0]> {
	const path = join(OUT, fileName);
	const file = createWriteStream(join(CHECKOUT, path));
	await pipeline(await (await binaryDataService()).getAsStream(id), file);
	return { path, bytes: file.bytesWritten };
}
