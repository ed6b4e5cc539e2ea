/** One round: executions at every moment, one end for them all, and what their retries come to. */
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import type { Execution } from '../../harness/n8n/execution.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { chain, type StoredWorkflow, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { code, generate, webhook } from '../../harness/n8n/nodes.mts';
import { until } from '../../harness/until.ts';
import type { Arena } from './arena.mts';
import { type Moment, MOMENTS } from './moments.mts';
import { type After, type Ending, type Mode, MOMENT_TITLES, type MomentKey } from './plan.ts';
import { Till } from './till.mts';
import { judge, type Verdict } from './verdict.mts';

/** A workflow's own time limit, s: long enough to reach every moment, on a busy machine too. */
const TIME_OUT_S = 20;

const REACHED_WITHIN_MS = 90_000;

const ENDED = ['success', 'error', 'crashed', 'canceled', 'waiting'] as const;

export interface Row extends Verdict {
	version: string;
	mode: Mode;
	ending: Ending;
	after: After;
	moment: MomentKey;
}

interface Cell {
	moment: Moment;
	after: After;
	till: Till;
	workflow: StoredWorkflow;
	executionId: string;
}

export async function playRound(
	arena: Arena,
	ending: Ending,
	afters: readonly After[],
	moments = MOMENTS,
): Promise<Row[]> {
	// Held answers are given up after half a minute: those executions start last.
	const plan = [...moments]
		.sort((one, other) => Number(isHasty(one)) - Number(isHasty(other)))
		.flatMap((moment) => afters.map((after) => ({ moment, after })));
	const tills: Till[] = [];
	try {
		const prepared = await Promise.all(
			plan.map(async ({ moment, after }) => {
				const till = await Till.start(moment.gates);
				tills.push(till);
				return await prepare(arena, ending, moment, after, till);
			}),
		);
		const cells = await Promise.all(prepared.map(async (cell) => await start(arena, cell)));
		await endAll(arena, ending, cells);
		const verdicts = await Promise.all(cells.map(async (cell) => await aftermath(arena, cell)));
		const { version, mode } = arena;
		return verdicts.map((verdict, index) => {
			const { moment, after } = cells[index] as Cell;
			return { version, mode, ending, after, moment: moment.key, ...verdict };
		});
	} finally {
		for (const till of tills) till.close();
	}
}

const isHasty = ({ gates }: Moment) => gates.answers !== undefined;

async function prepare(
	{ client }: Arena,
	ending: Ending,
	moment: Moment,
	after: After,
	till: Till,
): Promise<Omit<Cell, 'executionId'>> {
	const name = `${moment.key}-${ending}-${after.replaceAll(/\W/g, '')}`.toLowerCase();
	const credential = await saveApixoCredential(client, till.account, name);
	const rows = `return Array.from({ length: ${moment.items} }, (_, i) => ({ json: { name: '${name}-' + i } }));`;
	const prompt = `={{ $json.name }}${moment.prompt ?? ' sails'}`;
	const node = generate(credential, prompt, moment.parameters);
	const workflow = chain(name, [webhook(name), code(rows), node, nextNode(till)]);
	if (ending === 'time-out') workflow.settings = { executionTimeout: TIME_OUT_S };
	const stored = await client.createWorkflow(workflow);
	await client.activate(stored);
	return { moment, after, till, workflow: stored };
}

/** Starts the execution and brings it to its moment. */
async function start(arena: Arena, cell: Omit<Cell, 'executionId'>): Promise<Cell> {
	const { moment, till, workflow } = cell;
	await axios.post(`${arena.webhookUrl}/webhook/${workflow.name}`, {}, { proxy: false });
	const [execution] = await until(
		async () => {
			const executions = await arena.client.executionsOf(workflow.id);
			return executions.length > 0 && executions;
		},
		{ what: `an execution of ${workflow.name}`, everyMs: 100 },
	);
	const executionId = execution?.id ?? '';
	const statusOf = async () => (await arena.client.execution(executionId)).status;
	await until(async () => await moment.reached(till, moment.parameters ? await statusOf() : ''), {
		what: `the moment "${MOMENT_TITLES[moment.key]}"`,
		forMs: REACHED_WITHIN_MS,
		everyMs: 200,
	});
	return { ...cell, executionId };
}

/** Whatever people let follow. */
function nextNode(till: Till): WorkflowNode {
	return {
		name: 'Next',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [660, 0],
		parameters: { url: `${till.url}/next`, options: {} },
	};
}

async function endAll(arena: Arena, ending: Ending, cells: Cell[]): Promise<void> {
	if (ending === 'SIGKILL' || ending === 'SIGTERM') {
		await arena.end(ending);
		for (const { till } of cells) till.open();
		return await arena.revive();
	}
	if (ending === 'Stop') {
		await Promise.all(cells.map(async ({ executionId }) => await arena.client.stop(executionId)));
	} else if (runsPastLimit(arena)) {
		await delay(TIME_OUT_S * 1_000);
	} else {
		const running = cells.filter(({ moment }) => !moment.sleeps);
		await Promise.all(
			running.map(async ({ executionId }) => await arena.client.reached(executionId, ENDED)),
		);
	}
	// Answers that were under way come in behind the end.
	await delay(1_000);
	for (const { till } of cells) till.open();
	await delay(2_000);
}

/** A worker of n8n 1.x looks at the time limit between two nodes only. */
const runsPastLimit = ({ mode, version }: Arena) => mode === 'queue' && version.startsWith('1.');

/** Lets come what comes by itself, then does what people do. */
async function aftermath(arena: Arena, cell: Cell): Promise<Verdict> {
	const { client } = arena;
	const { after, till, workflow, executionId } = cell;
	const first = await settled(arena, cell);
	const retries: string[] = [];
	const retry = async () => {
		try {
			const { status } = await client.retry(executionId);
			retries.push(status);
		} catch (error) {
			retries.push(
				error instanceof Error ? error.message.replace(/^.*retry: /, '') : String(error),
			);
		}
	};
	if (first.status !== 'success') {
		if (after === 'double click') await Promise.all([retry(), retry()]);
		else {
			await retry();
			await retry();
		}
	}
	const summaries = await client.executionsOf(workflow.id);
	const executions = await Promise.all(
		summaries.map(async ({ id }) => await settled(arena, { ...cell, executionId: id })),
	);
	return judge({
		till,
		items: cell.moment.items,
		wakes: cell.moment.parameters?.callbackTo === 'execution',
		first,
		retries,
		executions,
		log: await arena.log(),
	});
}

/** The execution once it has ended; one that sleeps is called until it wakes. */
async function settled({ client }: Arena, { till, executionId }: Cell): Promise<Execution> {
	return await until(
		async () => {
			const execution = await client.reached(executionId, ENDED, 90_000);
			if (execution.status !== 'waiting') return execution;
			await till.finish();
			return undefined;
		},
		{ what: `the end of execution ${executionId}`, forMs: 90_000, everyMs: 500 },
	);
}
