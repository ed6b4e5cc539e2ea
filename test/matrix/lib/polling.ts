import type { IDataObject, INode, IRun } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox';
import { openBench, type Bench } from '../../../harness/engine/bench';
import type { RunOptions } from '../../../harness/engine/engine';
import { apixoWorkflow } from '../../../harness/engine/workflow';
import { itemsOf, outcomeOfItem, outcomeOfText, settleAccount, textOf } from './account';
import { SHAPES, type Cell } from './cells';
import { KEY, faultOf } from './faults';
import { SPEED } from './fast-time';
import type { Names } from './names';
import type { Result } from './result';

const SETTINGS: Record<Cell['policy'], Partial<INode>> = {
	stop: {},
	continue: { onError: 'continueRegularOutput' },
	// n8n's own three tries, without its pause.
	retry: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
};

/** Of a cell that is to run into it, s on the service's clock: more than a clip of 5 s takes. */
const SHORT_TIMEOUT = 75;

const runsIntoTimeout = ({ place, fault, shape }: Cell) =>
	shape === 'always' && (place === 'read' || fault === 'limited' || fault === 'limitedUntil');

/** A sandbox of its own, under names of its own, with the fault of a cell. */
export interface Stage {
	bench: Bench;
	prompts: string[];
	/** For a workflow that reaches the same sandbox by another name. */
	otherOptions: RunOptions;
	/** Takes the fault away. */
	heal(): void;
}

let cells = 0;

/**
 * `on` is where the sandbox lets the fault loose. With `otherHost` a fault of the network hits only those
 * who use `otherOptions`.
 */
export async function openStage(
	cell: Cell,
	names: Names,
	on: 'submit' | 'read' | 'download' | 'callback',
	otherHost = false,
): Promise<Stage> {
	const bench = await openBench({ timeScale: SPEED, apiKey: KEY });
	const { sandbox, options } = bench;
	const number = ++cells;
	const host = `api.cell-${number}.localhost`;
	options.credentials = credentialsFor(sandbox, host);

	const { network, rule } = faultOf(cell.fault);
	const troubled = on === 'download' ? `clips.${host}` : otherHost ? `other.${host}` : host;
	if (network !== undefined) {
		const isSubmitted = () => sandbox.stats().submissionsAccepted >= cell.items;
		const since = on === 'submit' || troubled !== host ? () => true : isSubmitted;
		names.trouble(troubled, { fault: network, times: SHAPES[cell.shape], since });
	}
	if (rule !== undefined) {
		const accepts = on === 'submit' ? rule.accepts : undefined;
		sandbox.faults.add({ ...rule, accepts, on, times: SHAPES[cell.shape] });
	}
	return {
		bench,
		prompts: Array.from({ length: cell.items }, (_, item) => `Clip ${item} of cell ${number}`),
		otherOptions: { ...options, credentials: credentialsFor(sandbox, `other.${host}`) },
		heal: () => {
			names.heal(troubled);
			sandbox.faults.clear();
		},
	};
}

function credentialsFor({ origin, baseUrl }: Sandbox, host: string): RunOptions['credentials'] {
	const { port } = new URL(origin);
	const there = baseUrl.replace(origin, `http://${host}:${port}`);
	return { apixoApi: { apiKey: KEY, baseUrl: there } };
}

export const inputOf = ({ prompts }: Stage) => prompts.map((prompt) => ({ json: { prompt } }));

export function workflowOf(cell: Cell, more: IDataObject = {}) {
	const parameters = {
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		options: {
			...(runsIntoTimeout(cell) && { timeout: SHORT_TIMEOUT }),
			...(cell.place === 'submitKeyed' && { idempotencyKey: '={{ $json.prompt }}' }),
		},
		...more,
	};
	return apixoWorkflow(parameters, SETTINGS[cell.policy]);
}

/** Generate, waiting for the clips, with a fault on one of its three calls. */
export async function runPolling(cell: Cell, names: Names): Promise<Result> {
	const isKeyed = cell.place === 'submitKeyed';
	const on = isKeyed ? 'submit' : (cell.place as 'submit' | 'read' | 'download');
	const stage = await openStage(cell, names, on);
	const { bench, prompts } = stage;
	try {
		const file = workflowOf(cell, { downloadVideo: on === 'download' });
		const run = await bench.run(file, { input: inputOf(stage) });
		const first = settleAccount(bench.sandbox, prompts, run);
		const result = resultOf(cell, run, {
			...first,
			submissions: bench.sandbox.stats().submissionsReceived,
			breaches: bench.sandbox.breaches(),
		});
		if (result.text === undefined) return result;

		// What a user does then: "Retry" of the failed execution, once the trouble is over, and what the
		// account has learned from it is forgotten: by another name of the service it is another account.
		stage.heal();
		const retried = await bench.run(file, { ...stage.otherOptions, resume: failedData(run) });
		const last = settleAccount(bench.sandbox, prompts, retried);
		const afterRetry = textOf(retried);
		return {
			...result,
			afterRetry: afterRetry === undefined ? 'video' : outcomeOfText(afterRetry),
			twice: Math.max(first.twice, last.twice),
			lost: [...first.lost, ...last.lost],
			keyShown: first.keyShown || last.keyShown,
		};
	} finally {
		stage.heal();
		await bench.close();
	}
}

/** What n8n saved of a failed execution, as its "Retry" goes on from it. */
function failedData(run: IRun): IRun['data'] {
	const { data } = run;
	const saved = JSON.parse(JSON.stringify(data)) as IRun['data'];
	const failed = saved.resultData.lastNodeExecuted;
	delete saved.resultData.error;
	if (failed !== undefined) delete saved.resultData.runData[failed];
	return saved;
}

type Books = Pick<Result, 'charged' | 'twice' | 'lost' | 'keyShown' | 'breaches' | 'submissions'>;

/** Puts together what came out of a run. */
export function resultOf(cell: Cell, run: IRun, books: Books): Result {
	const text = textOf(run);
	const items = text === undefined ? itemsOf(run) : [];
	return {
		cell,
		...books,
		text,
		error: text === undefined ? undefined : outcomeOfText(text),
		items: items.map(({ json }) => outcomeOfItem(json)),
		strange: items
			.filter(({ json }) => outcomeOfItem(json) === undefined)
			.map(({ json }) => JSON.stringify(json)),
		clips: items.filter(({ binary }) => binary?.data !== undefined).length,
	};
}
