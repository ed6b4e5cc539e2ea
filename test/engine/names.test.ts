/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHelpers, type IDataObject, type INode, type IRun } from 'n8n-workflow';

import { CHECKOUT } from '../../harness/checkout';
import { CONTINUE, generate, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf, outputsOf } from '../../harness/engine/engine';
import { N8nServer } from '../../harness/engine/n8n-server';
import { APIXO, apixoWorkflow, triggerWorkflow } from '../../harness/engine/workflow';
import { until } from '../../harness/until';
import { Apixo, ApixoTrigger } from '../../index';
import savedWorkflows from '../fixtures/0.1.0/workflows.json';
import { describedNames, FEELS, shapeOf, type NameKind } from './lib/names';

/** The names that are out there. `npm run names` adds new ones; nothing takes any away. */
const LIST = join(CHECKOUT, 'test/fixtures/names.json');

let bench: Bench;
let n8n: N8nServer;
beforeEach(async () => {
	bench = await openBench();
	n8n = new N8nServer(bench.options);
	await n8n.listen();
});
afterEach(async () => {
	await bench.close();
	await n8n.close();
});

const unique = (names: string[]) => [...new Set(names)].sort();

function outputNames(owner: string, run: IRun): string[] {
	return (outputsOf(run, APIXO)[0] ?? []).flatMap(({ json, binary = {} }) => [
		...shapeOf('output', owner, json),
		...Object.keys(binary).map((field) => `binary ${owner} ${field}`),
	]);
}

/** What every operation gives, in each way that it can end. */
async function operationNames(): Promise<string[]> {
	const run = async (parameters: IDataObject, prompt: string, settings: Partial<INode> = {}) =>
		await bench.run(apixoWorkflow(parameters, settings), { input: prompts(prompt) });
	const owner = 'apixo.video.generate';
	const waited = await run(generate({ downloadVideo: true }), 'A boat [sandbox: clips=2]');
	const [{ taskId } = { taskId: '' }] = jsonOf(waited, APIXO);
	const get = { resource: 'video', operation: 'get', taskId: String(taskId) };
	const lost = generate({ downloadVideo: true });
	bench.sandbox.faults.add({
		on: 'download',
		kind: 'status',
		status: 404,
		times: 'always',
		prompt: 'lost',
	});
	return [
		...outputNames(owner, waited),
		...outputNames(owner, await run(generate({ waitForCompletion: false }), 'A boat')),
		...outputNames(owner, await run(lost, 'lost')),
		...outputNames(owner, await run(generate({}, { simulate: true }), 'A boat')),
		...outputNames('apixo.video.get', await run(get, '')),
		...outputNames(
			'apixo.account.getBalance',
			await run({ resource: 'account', operation: 'getBalance' }, ''),
		),
		...outputNames(owner, await run(generate(), 'A boat [sandbox: fail=NSFW]', CONTINUE)),
	];
}

/** What a trigger gives, in a workflow's item, in a callback's URL and in n8n's store. */
async function triggerNames(): Promise<string[]> {
	const { url, started, staticData } = n8n.activate(triggerWorkflow());
	const to = (options: IDataObject) =>
		apixoWorkflow(
			generate({ requestType: 'callback', callbackTo: 'trigger', callbackUrl: url }, options),
		);
	await bench.run(to({ callbackMetadata: '{"row":7}' }), { input: prompts('A boat') });
	await bench.run(to({}), { input: prompts('A boat [sandbox: fail=NSFW]') });
	await until(() => started.length === 2);
	const items = started.map((item) => shapeOf('output', 'apixoTrigger', item)).flat();
	return [
		...items.filter((name) => !name.includes(' metadata.')),
		'output apixoTrigger metadata: whatever was sent along',
		...shapeOf('stored', 'apixoTrigger', staticData),
		...queryNames(),
	];
}

/** The names that our callback URLs carry. */
function queryNames(): string[] {
	return bench.sandbox.tasks().flatMap(({ request }) => {
		const query = new URL(request.callback_url ?? 'http://none').searchParams;
		return [...query.keys()]
			.filter((name) => name.startsWith('apixo_'))
			.map((name) => `query ${name}`);
	});
}

/** What n8n stores for an execution that is suspended, and for one that is retried. */
async function storedNames(): Promise<string[]> {
	const file = apixoWorkflow(
		generate({ requestType: 'callback', callbackTo: 'execution' }),
		CONTINUE,
	);
	const input = prompts('A boat [sandbox: never-ends]', 'A boat [sandbox: refuse=400]');
	await n8n.execute(file, input);
	const stored = n8n.savedData().executionData?.contextData[`node:${APIXO}`];
	const keyed = generate({}, { idempotencyKey: 'row 7', timeout: 0.3 });
	const failed = await bench.run(apixoWorkflow(keyed), { input: input.slice(0, 1) });
	const context = failed.data.executionData?.contextData[`node:${APIXO}`];
	return [
		...shapeOf('stored', 'apixo', stored),
		...shapeOf('stored', 'apixo', context),
		...queryNames(),
	];
}

async function namesNow(): Promise<string[]> {
	return unique([
		...describedNames(),
		...(await operationNames()),
		...(await triggerNames()),
		...(await storedNames()),
	]);
}

const kindOf = (name: string) => name.split(' ')[0] as NameKind;

it('a name that workflows, expressions or suspended executions hold is never lost or changed', async () => {
	const now = await namesNow();
	const listed = JSON.parse(readFileSync(LIST, 'utf8')) as string[];
	const lost = listed.filter((name) => !now.includes(name));
	const told = lost.map((name) => `${name}\n    Lost or changed: ${FEELS[kindOf(name)]}`);
	if (told.length > 0) throw new Error(`Names are for ever.\n  ${told.join('\n  ')}`);
	const added = now.filter((name) => !listed.includes(name));
	if (process.env.APIXO_NAMES === 'add') {
		writeFileSync(LIST, `${JSON.stringify(unique([...listed, ...added]), null, '\t')}\n`);
	} else if (added.length > 0) {
		throw new Error(
			`New names: ${added.join('; ')}.\nAre they good enough to stay for years? Then: npm run names`,
		);
	}
	for (const kind of Object.keys(FEELS)) {
		expect(now.filter((name) => kindOf(name) === kind)).not.toEqual([]);
	}
}, 60_000);

describe('A workflow that was saved with 0.1.0', () => {
	it.each(savedWorkflows.map((saved) => [saved.name, saved] as const))(
		'runs: %s',
		async (_, saved) => {
			const isTrigger = saved.type === 'n8n-nodes-apixo.apixoTrigger';
			const { description } = isTrigger ? new ApixoTrigger() : new Apixo();
			const parameters = saved.parameters as IDataObject as INode['parameters'];
			const node = { name: APIXO, parameters, typeVersion: 1 } as INode;
			const kept = NodeHelpers.getNodeParameters(
				description.properties,
				parameters,
				false,
				false,
				node,
				description,
			);
			// What a node has no use for any more, n8n drops in silence.
			expect(kept).toEqual(parameters);
			if (isTrigger) return;
			const text = JSON.stringify(parameters)
				.replaceAll('http://sandbox', bench.sandbox.origin)
				.replaceAll('TASK', 'taskId' in parameters ? await endedTask() : '');
			const run = await bench.run(apixoWorkflow(JSON.parse(text) as IDataObject), {
				input: [{ json: { prompt: 'A boat' }, binary: {} }],
			});
			expect(run.data.resultData.error).toBeUndefined();
			const [json] = jsonOf(run, APIXO);
			expect(json).toMatchObject(saved.gives);
		},
		30_000,
	);
});

async function endedTask(): Promise<string> {
	await bench.run(apixoWorkflow(generate()), { input: prompts('A boat') });
	return String(bench.sandbox.tasks()[0]?.id);
}
