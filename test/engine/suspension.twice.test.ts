import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { until } from '../../harness/until';
import { generate, manyPrompts } from '../../harness/engine/bench';
import type { WorkflowFile } from '../../harness/engine/engine';
import { N8nServer } from '../../harness/engine/n8n-server';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';
import { openPuppets, type Puppets } from './lib/puppets';

let { n8n, service, close } = {} as Puppets;
beforeEach(async () => {
	({ n8n, service, close } = await openPuppets());
});
afterEach(async () => await close());

describe('Of an execution that sleeps twice, callbacks of the first sleep', () => {
	const callbackTo = { requestType: 'callback', callbackTo: 'execution' };

	/** Orders, sleeps, and then orders again for each item and sleeps again. */
	function twice(parameters: IDataObject = {}): WorkflowFile {
		const { nodes, connections } = apixoWorkflow(
			generate({ ...callbackTo, ...parameters }, { callbackDeadline: 60 }),
		);
		const first = nodes.find(({ name }) => name === APIXO) as INode;
		const second: INode = {
			...first,
			id: 'Second',
			name: 'Second',
			parameters: generate({ ...callbackTo, prompt: 'And another' }) as INodeParameters,
		};
		const toSecond = { main: [[{ node: 'Second', type: 'main' as const, index: 0 }]] };
		return { nodes: [...nodes, second], connections: { ...connections, Next: toSecond } };
	}

	/** Resolves when so many tasks were ordered and the execution sleeps. */
	async function ordered(count: number): Promise<void> {
		await until(() => service.taskIds.length >= count && n8n.isAsleep());
	}

	it.each([1, 2] as const)(
		'that come at the same moment wake it once, on n8n %d.x',
		async (major) => {
			await n8n.close();
			n8n = new N8nServer(n8n.options, major);
			await n8n.listen();
			await n8n.execute(twice(), manyPrompts(2));
			service.end('task_1');
			service.end('task_2');
			await Promise.all([service.callBack('task_1'), service.callBack('task_2')]);
			await ordered(4);
			expect(n8n.resumes()).toBe(1);
			expect(service.taskIds).toHaveLength(4);
		},
	);

	it('that come late do not wake the second', async () => {
		await n8n.execute(twice(), manyPrompts(2));
		service.end('task_1');
		service.end('task_2');
		const read = service.hold('task_2');
		const late = service.callBack('task_2');
		await read.asked;
		expect(await service.callBack('task_1')).toBe(200);
		await ordered(4);
		read.release();
		expect(await late).toBe(200);
		await n8n.settled();
		expect(n8n.resumes()).toBe(1);
		expect(service.taskIds).toHaveLength(4);
	});
});
