import axios from 'axios';
import type { INode } from 'n8n-workflow';

import { systemClock } from '../../nodes/shared/clock';
import { until } from '../../harness/until';
import { generate, manyPrompts } from '../../harness/engine/bench';
import { jsonOf } from '../../harness/engine/engine';
import { leap } from '../../harness/engine/hurry';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { openPuppets, type Puppets } from './lib/puppets';

let { n8n, service, close } = {} as Puppets;
beforeEach(async () => {
	({ n8n, service, close } = await openPuppets());
});
afterEach(async () => await close());

const asleep = apixoWorkflow(generate({ requestType: 'callback', callbackTo: 'execution' }));

/** The same with a setting of the node. */
const onError = (value: INode['onError']) =>
	apixoWorkflow(generate({ requestType: 'callback', callbackTo: 'execution' }), { onError: value });

/** Sends any body to the address that a task's callback was asked for. */
async function forge(body: unknown, url = service.callbackUrls.get('task_1')): Promise<number> {
	const headers = { 'Content-Type': 'application/json' };
	const data = typeof body === 'string' ? body : JSON.stringify(body);
	const answer = await axios.post(String(url), data, { headers, validateStatus: () => true });
	return answer.status;
}

const callback = (taskId: unknown, state = 'success') => ({
	code: 200,
	message: 'success',
	data: { taskId, state },
});

describe('Callbacks of a sleeping execution', () => {
	it.each([1, 10, 25, 400])(
		'of %d tasks: at most ten are asked for, the first one wakes it, and all come out in order',
		async (count) => {
			await n8n.execute(asleep, manyPrompts(count));
			expect(service.taskIds).toHaveLength(count);
			expect([...service.callbackUrls.keys()]).toEqual(service.taskIds.slice(0, 10));
			for (const taskId of service.taskIds) service.end(taskId);
			expect(await service.callBack('task_1')).toBe(200);
			const run = await n8n.ended();
			expect(n8n.resumes()).toBe(1);
			expect(jsonOf(run, APIXO).map(({ taskId }) => taskId)).toEqual(service.taskIds);
			// Its own task for the callback; then each once.
			expect(service.reads).toBe(1 + count);
		},
		120_000,
	);

	it('wake it while others run: those are looked at until they have ended', async () => {
		await n8n.execute(asleep, manyPrompts(2));
		service.end('task_1');
		expect(await service.callBack('task_1')).toBe(200);
		await until(() => service.reads >= 3);
		service.end('task_2');
		const run = await n8n.ended();
		expect(jsonOf(run, APIXO).map(({ state }) => state)).toEqual(['success', 'success']);
		expect(n8n.resumes()).toBe(1);
	});

	it('of tasks that failed wake it only when no other is to call any more', async () => {
		await n8n.execute(onError('continueRegularOutput'), manyPrompts(3));
		service.end('task_2', 'failed');
		expect(await service.callBack('task_2')).toBe(200);
		service.end('task_1', 'failed');
		expect(await service.callBack('task_1')).toBe(200);
		expect(n8n.resumes()).toBe(0);
		service.end('task_3', 'failed');
		expect(await service.callBack('task_3')).toBe(200);
		const run = await n8n.ended();
		expect(jsonOf(run, APIXO)).toHaveLength(3);
		expect(JSON.stringify(jsonOf(run, APIXO))).toContain('It could not be made');
		expect(n8n.resumes()).toBe(1);
	});

	it('with a number for a task ID are taken', async () => {
		service.numbers = true;
		await n8n.execute(asleep, manyPrompts(1));
		service.end('1');
		expect(await service.callBack('1')).toBe(200);
		expect(jsonOf(await n8n.ended(), APIXO)).toEqual([expect.objectContaining({ taskId: '1' })]);
	});

	it('are answered 503 by an n8n whose inside is not as expected, which the deadline helps', async () => {
		await n8n.execute(asleep, manyPrompts(1));
		service.end('task_1');
		n8n.hideStack = true;
		expect(await service.callBack('task_1')).toBe(503);
		expect(n8n.resumes()).toBe(0);
		n8n.hideStack = false;
		expect(jsonOf(await n8n.passDeadline(), 'Next')).toEqual([
			{
				...{ taskId: 'task_1', state: 'pending' },
				...{ prompt: 'Clip 0', mode: 'text-to-video', duration: 5, aspectRatio: '16:9' },
			},
		]);
	});

	it('that come at the same moment wake it once', async () => {
		await n8n.execute(asleep, manyPrompts(5));
		for (const taskId of service.taskIds) service.end(taskId);
		await Promise.all(service.taskIds.map(async (taskId) => await service.callBack(taskId)));
		await n8n.ended();
		expect(n8n.resumes()).toBe(1);
	});

	it('that come before the end are answered 503, so that they come again', async () => {
		await n8n.execute(asleep, manyPrompts(1));
		expect(await service.callBack('task_1')).toBe(503);
		expect(await forge(callback('task_1', 'success'))).toBe(503);
		expect(n8n.resumes()).toBe(0);
	});

	it.each([
		['nothing', ''],
		['no JSON', 'hello'],
		['a list', '[]'],
		['no data', { code: 200 }],
		['no task id', callback(undefined)],
		['a task id of 10,000 characters', callback('x'.repeat(10_000))],
		['10 MB', callback('task_1'.padEnd(10_000_000, 'x'))],
	])('that hold %s are answered 400', async (_, body) => {
		await n8n.execute(asleep, manyPrompts(1));
		const readsBefore = service.reads;
		expect(await forge(body)).toBe(400);
		expect(service.reads).toBe(readsBefore);
		expect(n8n.resumes()).toBe(0);
	});

	it('for a task of somebody else are answered 404, without a word to the service', async () => {
		await n8n.execute(asleep, manyPrompts(1));
		expect(await forge(callback('task_of_others'))).toBe(404);
		expect(service.reads).toBe(0);
	});

	it('without the token of the execution are turned away', async () => {
		await n8n.execute(asleep, manyPrompts(1));
		service.end('task_1');
		const url = new URL(String(service.callbackUrls.get('task_1')));
		url.searchParams.delete('apixo_token');
		expect(await forge(callback('task_1'), url.toString())).toBe(401);
		url.searchParams.set('apixo_token', 'guessed');
		expect(await forge(callback('task_1'), url.toString())).toBe(401);
		expect(n8n.resumes()).toBe(0);
	});

	it('are answered 503 while the credential cannot be read, and wake it later', async () => {
		await n8n.execute(asleep, manyPrompts(1));
		service.end('task_1');
		const { credentials } = n8n.options;
		n8n.options.credentials = {};
		expect(await service.callBack('task_1')).toBe(503);
		expect(n8n.resumes()).toBe(0);
		n8n.options.credentials = credentials;
		expect(await service.callBack('task_1')).toBe(200);
		expect(jsonOf(await n8n.ended(), APIXO)).toHaveLength(1);
	});

	it('are answered 503 while the service is down, and nothing is lost', async () => {
		await n8n.execute(asleep, manyPrompts(1));
		service.end('task_1');
		const url = service.callbackUrls.get('task_1');
		await service.close();
		expect(await forge(callback('task_1'), url)).toBe(503);
		expect(n8n.resumes()).toBe(0);
		await service.listen();
	});

	it('that come before it is saved get 409 and come again', async () => {
		const answer = service.hold('generateTask', 'answer');
		const running = n8n.execute(asleep, manyPrompts(1));
		await answer.asked;
		service.end('task_1');
		expect(await service.callBack('task_1')).toBe(409);
		answer.release();
		await running;
		expect(await service.callBack('task_1')).toBe(200);
		expect(jsonOf(await n8n.ended(), APIXO)).toHaveLength(1);
	});
});

describe('A callback after the deadline', () => {
	it('wakes nothing, because n8n may do so at any moment', async () => {
		const run = await n8n.execute(
			apixoWorkflow(
				generate({ requestType: 'callback', callbackTo: 'execution' }, { callbackDeadline: 60 }),
			),
			manyPrompts(1),
		);
		// n8n looks up to 70 s ahead, and does not take back what it found.
		expect(Number(run.waitTill) - systemClock().now()).toBeGreaterThan(60_000 + 70_000 - 10_000);
		service.end('task_1');
		const back = leap(61_000);
		try {
			expect(await service.callBack('task_1')).toBe(409);
		} finally {
			back();
		}
		expect(n8n.resumes()).toBe(0);
	});
});
