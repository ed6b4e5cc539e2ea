import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { code, generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { chain } from '../../harness/n8n/workflow.mts';
import type { SandboxTask } from '../../sandbox/index.ts';
import { eventually, openOwnStage, type OwnStage, VERSION } from './stage.mts';

const ITEMS = 3;

/** Where the execution is when n8n is killed. */
const MOMENTS: Record<string, (tasks: SandboxTask[]) => boolean> = {
	ordering: (tasks) => tasks.length === ITEMS,
	polling: (tasks) => tasks.length === ITEMS && tasks.every(({ reads }) => reads > 1),
	downloading: (tasks) => tasks.some(({ downloads }) => downloads > 0),
};

describe(`n8n ${VERSION} is killed, and new executions have the same idempotency keys`, () => {
	let stage: OwnStage;
	before(async () => {
		stage = await openOwnStage('keys');
	});
	after(async () => await stage?.close());

	for (const [moment, isReached] of Object.entries(MOMENTS)) {
		test(`${moment}: no video is charged twice, and all come out, each time`, async () => {
			const { n8n, sandbox, server } = stage;
			const isIts = ({ request }: SandboxTask) => request.input.prompt.startsWith(moment);
			// Answers that n8n does not live to hear.
			const slow = { kind: 'slow', delayMs: 25_000, times: 'always' } as const;
			if (moment === 'ordering') sandbox.faults.add({ on: 'submit', ...slow });
			if (moment === 'downloading') sandbox.faults.add({ on: 'download', ...slow });
			const rows = `return Array.from({ length: ${ITEMS} }, (_, i) => ({ json: { row: '${moment} ' + i } }));`;
			const prompt = '={{ $json.row }} [sandbox: takes=200s]';
			const options = { idempotencyKey: '={{ $json.row }}' };
			const node = generate(stage.credential, prompt, { downloadVideo: true, options });
			const workflow = await n8n.createWorkflow(chain(moment, [manualTrigger(), code(rows), node]));

			const killed = await n8n.start(workflow);
			await eventually(`the moment "${moment}"`, () =>
				isReached(sandbox.tasks().filter(isIts)) ? true : undefined,
			);
			await server.kill();
			sandbox.faults.clear();
			await server.restart();
			await n8n.reached(killed, ['crashed', 'error']);

			for (const again of [await n8n.run(workflow), await n8n.run(workflow)]) {
				assert.equal(again.status, 'success', again.error?.message);
				const tasks = sandbox.tasks().filter(isIts);
				assert.equal(tasks.length, ITEMS, 'an order was charged twice');
				const items = again.items('APIXO');
				assert.deepEqual(
					items.map(({ json }) => json.taskId).sort(),
					tasks.map(({ id }) => id).sort(),
				);
				assert.ok(items.every(({ binary }) => binary?.data));
			}
		});
	}
});
