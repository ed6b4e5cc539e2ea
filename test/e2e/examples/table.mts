import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wish } from '../../../harness/world/furniture.mts';
import { eventually } from '../stage.mts';
import type { ExampleStage } from './stage.mts';

const ORDER = 'order-and-collect-1-order.json';
const COLLECT = 'order-and-collect-2-collect.json';

/** The example that survives anything. It kills n8n, so it runs by itself. */
export function tableExamples(stage: () => ExampleStage): void {
	const rows = async () => await stage().n8n.rowsOf(stage().table);
	const statuses = async () => (await rows()).map(({ status }) => status);

	test('order-and-collect: what was ordered is collected, though n8n is killed meanwhile', async () => {
		const { sandbox, server, n8n } = stage();
		const charged = stage().charged();
		const order = await stage().run(ORDER);
		assert.equal(order.status, 'success', order.error?.message);
		assert.deepEqual(await statuses(), ['ordered', 'ordered']);
		await stage().run(ORDER);
		assert.equal(stage().charged() - charged, 2, 'a second run orders nothing again');

		sandbox.faults.add({ on: 'read', kind: 'slow', delayMs: 20_000, times: 'always' });
		await n8n.start(await stage().store(COLLECT));
		const ids = (await rows()).map(({ taskId }) => taskId);
		await eventually('a read', () => ids.some((id) => stage().task(id).reads > 0) || undefined);
		await server.kill();
		sandbox.faults.clear();
		await server.restart();
		await eventually('both links', async () => {
			const run = await stage().run(COLLECT);
			assert.equal(run.status, 'success', run.error?.message);
			return (await statuses()).every((status) => status === 'ready') || undefined;
		});
		for (const { videoUrl } of await rows()) assert.match(String(videoUrl), /^http:.+\.mp4$/);
		assert.equal(stage().charged() - charged, 2, 'collecting is free, killed or not');
	});

	test('order-and-collect: an order is never repeated by itself, even if n8n dies in the middle', async () => {
		const { sandbox, server, n8n } = stage();
		const charged = stage().charged();
		await n8n.addRows(stage().table, [wish('Killed while it is ordered')]);
		sandbox.faults.add({ on: 'submit', kind: 'slow', delayMs: 20_000 });
		const killed = await n8n.start(await stage().store(ORDER));
		await stage().submitted('Killed while it is ordered');
		await server.kill();
		sandbox.faults.clear();
		await server.restart();
		assert.equal((await statuses()).at(-1), 'ordering');
		await stage().run(ORDER);
		assert.equal(stage().charged() - charged, 1);
		assert.equal((await statuses()).at(-1), 'ordering', 'the row shows that somebody has to look');
		// What people do who see it crashed.
		await n8n.reached(killed, ['crashed', 'error']);
		await n8n.retry(killed);
		assert.equal(stage().charged() - charged, 1, 'nor by a Retry');
	});
}
