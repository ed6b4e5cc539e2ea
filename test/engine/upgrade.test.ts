import type { IRunExecutionData } from 'n8n-workflow';

import timedOut from '../fixtures/0.1.0/timed-out.json';
import suspended from '../fixtures/0.1.0/suspended.json';
import { generate } from '../../harness/engine/bench';
import { jsonOf, retryOf } from '../../harness/engine/engine';
import { leap } from '../../harness/engine/hurry';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { openPuppets, type Puppets } from './lib/puppets';

/** When the fixtures were written, Unix ms. */
const WRITTEN_AT = 1_795_537_700_000;

let { n8n, service, close } = {} as Puppets;
beforeEach(async () => {
	({ n8n, service, close } = await openPuppets());
});
afterEach(async () => await close());

/** What n8n has stored, as this package wrote it before its next version. */
const stored = (fixture: object) => JSON.parse(JSON.stringify(fixture)) as IRunExecutionData;

describe('After an upgrade of this package', () => {
	it('an execution that its former version suspended wakes, by any of its callbacks', async () => {
		const back = leap(WRITTEN_AT - Date.now());
		try {
			const file = apixoWorkflow(generate({ requestType: 'callback', callbackTo: 'execution' }));
			n8n.remember('execution-1', file, stored(suspended));
			const { token } = suspended.executionData.contextData['node:APIXO'].suspension;
			const url = `${n8n.url}/webhook-waiting/execution-1/apixo?apixo_token=${token}`;
			for (const taskId of ['task_1', 'task_2']) {
				service.callbackUrls.set(taskId, url);
				service.end(taskId);
			}
			expect(await service.callBack('task_2')).toBe(200);
			const run = await n8n.ended('execution-1');
			expect(jsonOf(run, APIXO)).toEqual([
				expect.objectContaining({ taskId: 'task_1', state: 'success' }),
				expect.objectContaining({ taskId: 'task_2', state: 'success' }),
			]);
			expect(service.taskIds).toEqual([]);
		} finally {
			back();
		}
	});

	it('a retry of an execution that its former version began finds what was paid for', async () => {
		service.end('task_3');
		service.end('task_4');
		const run = await n8n.execute(
			apixoWorkflow(generate({})),
			[],
			'3',
			retryOf(stored(timedOut), APIXO),
		);
		expect(jsonOf(run, APIXO).map(({ taskId }) => taskId)).toEqual(['task_3', 'task_4']);
		expect(service.taskIds).toEqual([]);
	});

	it.each([
		['of a version that is newer', { version: 99 }],
		['whose ledger is damaged', { ledger: { 0: { 0: 'task_3' } } }],
		['whose ledger lacks the text of an ID', { ledger: { 0: { 0: { hash: 'h', taskId: 3 } } } }],
	])('a memory %s is refused with a clear text, and nothing is ordered', async (_, memory) => {
		const data = stored(timedOut);
		(data.executionData as { contextData: object }).contextData = { 'node:APIXO': memory };
		const run = await n8n.execute(apixoWorkflow(generate({})), [], '3', retryOf(data, APIXO));
		expect(run.data.resultData.error?.message).toContain('cannot be read');
		expect(service.taskIds).toEqual([]);
	});
});
