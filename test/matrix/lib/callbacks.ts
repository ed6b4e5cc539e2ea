/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IRun } from 'n8n-workflow';

import { triggerWorkflow } from '../../../harness/engine/workflow';
import { until } from '../../../harness/until';
import { settleAccount } from './account';
import type { Cell } from './cells';
import { expectedOf } from './expectations';
import { FrontedN8n } from './front';
import type { Names } from './names';
import { inputOf, openStage, resultOf, workflowOf, type Stage } from './polling';
import type { Result } from './result';

/** A callback that was turned away so often will be turned away for ever. */
const ENOUGH_ATTEMPTS = 2;

/** Real time; only what hangs takes so long. */
const PATIENCE_MS = 240_000;

let executions = 0;

const faultOn = ({ place }: Cell) => (place.startsWith('way') ? 'callback' : 'read');

/** An execution that is suspended until its callbacks come, or its deadline. */
export async function runSuspended(cell: Cell, names: Names): Promise<Result> {
	const stage = await openStage(cell, names, faultOn(cell));
	const n8n = new FrontedN8n(stage.bench.options);
	await n8n.listen();
	try {
		const id = `suspended-${++executions}`;
		const file = workflowOf(cell, { requestType: 'callback', callbackTo: 'execution' });
		const asleep = await n8n.execute(file, inputOf(stage), id);
		let run = asleep;
		if (asleep.waitTill) {
			const wakes = expectedOf(cell) === 'video';
			if (wakes) run = await patiently(n8n.ended(id));
			else {
				await until(() => attemptsOf(stage).every(({ length }) => length >= ENOUGH_ATTEMPTS), {
					forMs: PATIENCE_MS,
				});
				run = await n8n.passDeadline(id);
			}
		}
		return resultOf(cell, run, booksOf(stage, run, n8n.bodies));
	} finally {
		stage.heal();
		await stage.bench.close();
		await n8n.close();
	}
}

/** A submission in one workflow, and the trigger of another that the callbacks go to. */
export async function runTrigger(cell: Cell, names: Names): Promise<Result> {
	const stage = await openStage(cell, names, faultOn(cell), true);
	const n8n = new FrontedN8n(stage.otherOptions);
	await n8n.listen();
	try {
		const { url, started } = n8n.activate(triggerWorkflow());
		const file = workflowOf(cell, {
			requestType: 'callback',
			callbackTo: 'trigger',
			callbackUrl: url,
		});
		const run = await stage.bench.run(file, { input: inputOf(stage) });
		// Until each callback was taken, or turned away so often that it will never be.
		const arrives = expectedOf(cell) === 'video';
		await until(
			() => {
				const attempts = attemptsOf(stage);
				if (arrives && started.length < cell.items) return false;
				return attempts.every(
					(each) => each.some(({ taken }) => taken) || each.length >= ENOUGH_ATTEMPTS,
				);
			},
			{ forMs: PATIENCE_MS, everyMs: 20 },
		);
		const ids = stage.bench.sandbox.tasks().map(({ id }) => id);
		const result = resultOf(cell, run, booksOf(stage, run, [n8n.bodies, started]));
		return {
			...result,
			// What the other workflow got counts as what came out.
			items: result.items.map((item) =>
				item === 'pending' && expectedOf(cell) === 'video' && started.length > 0 ? 'video' : item,
			),
			started: ids.map((id) => started.filter(({ taskId }) => taskId === id).length),
		};
	} finally {
		stage.heal();
		await stage.bench.close();
		await n8n.close();
	}
}

const attemptsOf = ({ bench, prompts }: Stage) => {
	const tasks = bench.sandbox.tasks();
	// Before all are submitted, no attempts are enough.
	if (tasks.length < prompts.length) return [[]];
	const callers = tasks.filter(({ request }) => request.request_type === 'callback');
	return callers.map(({ callbacks }) => callbacks);
};

function booksOf({ bench, prompts }: Stage, run: IRun, told: unknown) {
	return {
		...settleAccount(bench.sandbox, prompts, run, told),
		submissions: bench.sandbox.stats().submissionsReceived,
		breaches: bench.sandbox.breaches(),
	};
}

/** Gives up with an error instead of hanging, so that the cell is named. */
async function patiently<Value>(promise: Promise<Value>): Promise<Value> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('It never came to an end')), PATIENCE_MS);
	});
	return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
