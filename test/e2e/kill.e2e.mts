import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CHECKOUT } from '../../harness/checkout.ts';
import { readyToRun } from '../../harness/n8n/setup.mts';
import type { Workflow } from '../../harness/n8n/workflow.mts';
import { openArena } from '../kill-matrix/arena.mts';
import { MOMENTS } from '../kill-matrix/moments.mts';
import { AFTERS } from '../kill-matrix/plan.ts';
import { playRound } from '../kill-matrix/round.mts';
import { eventually, openOwnStage, packageTarball, stageFolders, VERSION } from './stage.mts';

/** `npm run kill-matrix` tries all. */
const SHORT = ['first', 'middle', 'now', 'end'];

describe(`n8n ${VERSION} is killed`, () => {
	test('and retries order nothing again, whatever the moment', async () => {
		const arena = await openArena({
			version: VERSION,
			mode: 'regular',
			...stageFolders('kill'),
			packageTarball: await packageTarball(),
		});
		try {
			const moments = MOMENTS.filter(({ key }) => SHORT.includes(key));
			const rows = await playRound(arena, 'SIGKILL', AFTERS, moments);
			for (const row of rows) {
				const cell = JSON.stringify(row, undefined, 1);
				assert.equal(row.twice, 0, `charged twice: ${cell}`);
				assert.equal(row.lost, 0, `nobody hears of a charged task: ${cell}`);
			}
		} finally {
			await arena.close();
		}
	});

	describe('in the way that recovers by itself: order, save, get', () => {
		let stage: Awaited<ReturnType<typeof openOwnStage>>;
		before(async () => {
			stage = await openOwnStage('order-save-get');
		});
		after(async () => await stage?.close());

		test('a retry goes on at Get, and fetches the clip at no charge', async () => {
			const file = join(CHECKOUT, 'examples', 'order-save-get.json');
			const example = JSON.parse(await readFile(file, 'utf8')) as Workflow;
			const ready = readyToRun(example, { credentials: { apixoApi: stage.credential } }, stage.n8n);
			for (const node of ready.nodes) {
				if (node.name === 'Order') node.parameters.prompt = 'A lighthouse [sandbox: takes=200s]';
				if (node.name === 'Get') node.parameters.options = { pollInterval: 0.2 };
			}
			const id = await stage.n8n.start(await stage.n8n.createWorkflow(ready));
			const { id: taskId } = await stage.submitted('A lighthouse');
			await eventually('looks of Get', () => (stage.task(taskId).reads > 3 ? true : undefined));
			await stage.server.kill();
			await stage.server.restart();
			await stage.n8n.reached(id, ['crashed', 'error']);
			const retried = await stage.n8n.retry(id);
			assert.equal(retried.status, 'success', retried.error?.message);
			assert.equal(retried.items('Get')[0]?.json.taskId, taskId);
			assert.ok(retried.items('Get')[0]?.binary?.data);
			assert.equal(stage.charged(), 1);
		});
	});
});
