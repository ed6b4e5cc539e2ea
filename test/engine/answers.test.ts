import type { IDataObject, IRun } from 'n8n-workflow';

import { CONTINUE, generate, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf } from '../../harness/engine/engine';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { ROWS, VIDEO, type Row } from './lib/answers';

let bench: Bench;
let run: IRun;
const names = Object.keys(ROWS);
const promptOf = (name: string) => `Row ${names.indexOf(name)}.`;

/** All rows are items of one execution, each with an answer of its own. */
beforeAll(async () => {
	bench = await openBench();
	for (const [name, { on, json: body, status, times = 'always', creates }] of Object.entries(
		ROWS,
	)) {
		const accepts = on === 'submit' ? { accepts: creates ?? true } : {};
		const rule = { on, kind: 'reply', json: body, status, times, ...accepts } as const;
		bench.sandbox.faults.add({ ...rule, prompt: promptOf(name) });
	}
	run = await bench.run(apixoWorkflow(generate(), CONTINUE), {
		input: prompts(...names.map(promptOf)),
	});
}, 60_000);
afterAll(async () => await bench.close());

describe('What comes of an answer of another form', () => {
	it.each(names)('%s', (name) => {
		const { comes, creates } = ROWS[name] as Row;
		const item = jsonOf(run, APIXO)[names.indexOf(name)] as IDataObject;
		const tasks = bench.sandbox
			.tasks()
			.filter((task) => task.request.input.prompt === promptOf(name));
		if (comes === VIDEO) {
			expect(item).toMatchObject({ taskId: tasks[0]?.id, state: 'success' });
			expect(item.videoUrl).toContain(`${tasks[0]?.id}.mp4`);
		} else {
			expect(String(item.error)).toMatch(comes);
		}
		// Charged once, or not at all.
		expect(tasks).toHaveLength(creates === false ? 0 : 1);
		expect(bench.sandbox.breaches()).toEqual([]);
	});

	it('is tried in all the forms that are known', () => {
		expect(names.length).toBeGreaterThan(60);
	});
});
