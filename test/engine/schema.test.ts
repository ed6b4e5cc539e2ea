/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'fs';
import { join } from 'path';

import type { IDataObject } from 'n8n-workflow';

import { generate, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf } from '../../harness/engine/engine';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

interface Schema {
	properties: Record<string, { type: string }>;
}

const schemaOf = (path: string): Schema => {
	const folder = join(__dirname, '../../nodes/Apixo/__schema__/v1.0.0');
	return JSON.parse(readFileSync(join(folder, `${path}.json`), 'utf8')) as Schema;
};

function typeOf(value: unknown): string {
	if (Array.isArray(value)) return 'array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
	return typeof value;
}

/** Both ways: what comes out is in the schema with its type, and all of the schema comes out somewhere. */
function compare(items: IDataObject[], path: string): void {
	const { properties } = schemaOf(path);
	const seen = new Map(items.flatMap((item) => Object.entries(item)));
	expect([...seen.keys()].sort()).toEqual(Object.keys(properties).sort());
	for (const [name, value] of seen) {
		const types = [properties[name]?.type, properties[name]?.type === 'number' ? 'integer' : ''];
		expect([name, types]).toEqual([name, expect.arrayContaining([typeOf(value)])]);
	}
}

async function run(parameters: IDataObject, input = prompts('A')): Promise<IDataObject[]> {
	return jsonOf(await bench.run(apixoWorkflow(parameters), { input }), APIXO);
}

describe('The output that the editor shows before a run is what comes out', () => {
	it('of Video → Generate', async () => {
		bench.sandbox.faults.add({ on: 'download', kind: 'status', status: 404, times: 1 });
		compare(
			[
				...(await run(generate({ downloadVideo: true }))),
				...(await run(generate(), prompts('A [sandbox: clips=2]'))),
				...(await run(generate({ waitForCompletion: false }))),
				...(await run(generate({}, { simulate: true }))),
			],
			'video/generate',
		);
	});

	it('of Video → Get', async () => {
		const get = { resource: 'video', operation: 'get', taskId: '={{ $json.taskId }}' };
		const order = async (prompt: string) =>
			(await run(generate({ waitForCompletion: false }), prompts(prompt))).map((json) => ({
				json,
			}));
		const ended = await order('A');
		const failed = await order('A [sandbox: fail=NSFW]');
		const simulated = (await run(generate({}, { simulate: true }))).map((json) => ({ json }));
		const wait = { ...get, waitForCompletion: true, options: { pollInterval: 0.1 } };
		await run(wait, ended);
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		bench.sandbox.faults.add({ on: 'download', kind: 'status', status: 404, times: 1 });
		compare(
			[
				...(await run({ ...get, downloadVideo: true }, ended)),
				...(await run(get, failed)),
				...(await run(get, simulated)),
			],
			'video/get',
		);
	});

	it('of Account → Get Balance', async () => {
		compare(await run({ resource: 'account', operation: 'getBalance' }), 'account/getBalance');
	});
});
