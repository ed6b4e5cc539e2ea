/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'fs';
import { join } from 'path';

import type { IDataObject, INode } from 'n8n-workflow';

import { CHECKOUT } from '../../harness/checkout';
import { openBench, type Bench } from '../../harness/engine/bench';
import { outputsOf, type WorkflowFile } from '../../harness/engine/engine';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { FastTime, SPEED } from '../matrix/lib/fast-time';

/** A plan that the service's documentation speaks of: what is smaller takes hours for so many rows. */
const SMALL_PLAN = { requestsPerMinute: 60, concurrentTasks: 10 };

const ROWS = 300;
const EMPTY_ROW = 7;

let bench: Bench;
let time: FastTime;
beforeEach(async () => {
	time = new FastTime();
	time.install();
	bench = await openBench({ ...SMALL_PLAN, timeScale: SPEED });
});
afterEach(async () => {
	await bench.close();
	time.end();
	jest.restoreAllMocks();
});

/** The node of this package in an example, as a user has it who raised the ceiling. */
function nodeOf(file: string): INode {
	const text = readFileSync(join(CHECKOUT, 'examples', file), 'utf8');
	const node = (JSON.parse(text) as WorkflowFile).nodes.find(({ name }) => name === APIXO);
	if (node === undefined) throw new Error(`${file} has no node "${APIXO}".`);
	const options = { ...(node.parameters.options as IDataObject), maxVideosPerExecution: ROWS };
	return { ...node, parameters: { ...node.parameters, options } };
}

it('sheet-to-drive.json brings 300 rows through a small plan, and the one without a prompt gets its reason', async () => {
	const { parameters, onError } = nodeOf('sheet-to-drive.json');
	const input = Array.from({ length: ROWS }, (_, index) => ({
		json: {
			row_number: index + 2,
			name: `Clip ${index}`,
			prompt: index === EMPTY_ROW ? '' : `Row ${index}`,
		},
	}));
	const run = await bench.run(apixoWorkflow(parameters, { onError }), { input });
	expect(run.data.resultData.error).toBeUndefined();
	const [clips = [], refused = []] = outputsOf(run, APIXO);
	const done = input.filter((_, index) => index !== EMPTY_ROW);
	expect(clips.map(({ json }) => json.row_number)).toEqual(done.map(({ json }) => json.row_number));
	expect(clips.map(({ binary }) => binary?.data?.fileName)).toEqual(
		done.map(({ json }) => `${json.name}.mp4`),
	);
	expect(refused.map(({ json }) => json.error)).toEqual([expect.stringMatching(/'Prompt'/)]);
	expect(bench.sandbox.stats().charges).toBe(ROWS - 1);
	expect(bench.sandbox.breaches()).toEqual([]);
}, 180_000);
