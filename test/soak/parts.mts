/** The parts of the mixed load. Each plays one turn at a time, and checks what came of it. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '../../harness/n8n/workflow.mts';
import { apixo, apixoTrigger } from '../../harness/n8n/nodes.mts';
import type { Stage } from './stage.mts';
import { called, clips } from './workflows.mts';

/** One turn; `name` tells its prompts from those of all other turns. */
export type Turn = (name: string) => Promise<void>;

/** Stores the workflows, once. */
export type Part = (stage: Stage) => Promise<Turn>;

/** So many prompts, each with its script for the sandbox. */
const prompts = (name: string, count: number, script: (nth: number) => string = takes) =>
	Array.from({ length: count }, (_, nth) => `${name}.${nth} [sandbox: ${script(nth)}]`);

/** From 20 to 60 s of the service's time, and never the same twice in a row. */
const takes = (nth: number) => `takes=${20 + ((nth * 17) % 41)}s`;

/** That these items, in this order, are the clips of these prompts; `fails` tells those that must be errors. */
function expectClips(
	stage: Stage,
	items: Item[],
	asked: string[],
	fails: (nth: number) => boolean = () => false,
): void {
	const promptOf = new Map(
		stage.sandbox.tasks().map(({ id, request }) => [id, request.input.prompt]),
	);
	assert.equal(items.length, asked.length);
	for (const [nth, { json }] of items.entries()) {
		if (fails(nth)) {
			assert.match(String(json.error), /\w/, `${asked[nth]}: ${JSON.stringify(json)}`);
			continue;
		}
		assert.equal(json.state, 'success', `${asked[nth]}: ${JSON.stringify(json)}`);
		assert.equal(promptOf.get(String(json.taskId)), asked[nth]);
		assert.match(String(json.videoUrl), /\.mp4$/);
	}
}

const polling: Part = async (stage) => {
	await stage.activate(called('polling', clips(stage.credential)));
	return async (name) => {
		const asked = prompts(name, 20);
		const run = await stage.ended(await stage.call('polling', asked));
		expectClips(stage, run.items('APIXO'), asked);
	};
};

const later: Part = async (stage) => {
	const submit = clips(stage.credential, { waitForCompletion: false });
	const parameters = {
		operation: 'get',
		taskId: '={{ $json.taskId }}',
		waitForCompletion: true,
		options: { pollInterval: 0.5 },
	};
	const get = apixo(stage.credential, parameters, { name: 'Get' });
	await stage.activate(called('later', submit, get));
	return async (name) => {
		const asked = prompts(name, 3);
		const run = await stage.ended(await stage.call('later', asked));
		expectClips(stage, run.items('Get'), asked);
	};
};

const downloads: Part = async (stage) => {
	await stage.activate(called('downloads', clips(stage.credential, { downloadVideo: true })));
	return async (name) => {
		const asked = prompts(name, 3, (nth) => `${takes(nth)}, size=1MB`);
		stage.sandbox.faults.add({ on: 'download', kind: 'half-body', prompt: `${name}.1 ` });
		const run = await stage.ended(await stage.call('downloads', asked));
		const items = run.items('APIXO');
		expectClips(stage, items, asked);
		for (const { json, binary } of items) {
			assert.equal(json.downloadError, undefined);
			assert.match(String(binary?.data?.id), /^filesystem/);
		}
	};
};

const sleeping: Part = async (stage) => {
	const parameters = { requestType: 'callback', callbackTo: 'execution' };
	await stage.activate(called('sleeping', clips(stage.credential, parameters)));
	return async (name) => {
		const scripts = [
			'callback-forged=state',
			'callbacks=2',
			'fail=NSFW',
			'callback-early',
			'clips=2',
		];
		const asked = prompts(name, 5, (nth) => `${takes(nth)}, ${scripts[nth]}`);
		const run = await stage.ended(await stage.call('sleeping', asked));
		expectClips(stage, run.items('APIXO'), asked, (nth) => nth === 2);
	};
};

const trigger: Part = async (stage) => {
	const receiver = await stage.activate({
		name: 'receiver',
		nodes: [apixoTrigger(stage.credential, 'receiver')],
		connections: {},
		settings: { executionOrder: 'v1' },
	});
	const url = `${stage.n8n.url}/webhook/receiver/webhook`;
	const parameters = { requestType: 'callback', callbackTo: 'trigger', callbackUrl: url };
	const options = { callbackMetadata: '={{ { prompt: $json.prompt } }}' };
	await stage.activate(called('trigger', clips(stage.credential, { ...parameters, options })));
	let taken = 0;
	return async (name) => {
		const scripts = [
			'callbacks=3',
			'callback-forged=task',
			'callback-forged=state',
			'fail=NSFW',
			'',
		];
		const asked = prompts(name, 5, (nth) => `${takes(nth)}, ${scripts[nth]}`);
		const run = await stage.ended(await stage.call('trigger', asked));
		const ids = run.items('APIXO').map(({ json }) => String(json.taskId));
		const forged = await stage.sandbox.forgeCallback(url, {
			code: 200,
			data: { taskId: 'x', state: 'success' },
		});
		assert.equal(forged.status, 404);
		const areTold = () =>
			stage.sandbox
				.tasks()
				.filter(({ id }) => ids.includes(id))
				.every(({ request, callbacks }) => {
					const again = callbacks.filter(
						({ why, status, note }) => why === 'duplicate' && (status ?? note) != null,
					);
					const wanted = request.input.prompt.includes('callbacks=3') ? 2 : 0;
					return (
						again.length === wanted && callbacks.some(({ why, taken }) => why !== 'forged' && taken)
					);
				});
		await stage.until('all callbacks', async () => areTold() || undefined);
		const started = await stage.until('the executions of the trigger', async () => {
			const ended = (await stage.n8n.executionsOf(receiver.id)).filter(
				({ id, status }) => Number(id) > taken && !['new', 'running'].includes(status),
			);
			return ended.length >= ids.length ? ended : undefined;
		});
		taken = Math.max(...started.map(({ id }) => Number(id)));
		stage.executions += started.length;
		const came = await Promise.all(started.map(async ({ id }) => await stage.n8n.execution(id)));
		const tasks = came.map((one) => one.items('APIXO Trigger')[0]?.json ?? {});
		assert.deepEqual(tasks.map(({ taskId }) => taskId).sort(), [...ids].sort());
		for (const { taskId, metadata } of tasks) {
			assert.deepEqual(metadata, { prompt: asked[ids.indexOf(String(taskId))] });
		}
	};
};

const failing: Part = async (stage) => {
	await stage.activate(called('failing', clips(stage.credential)));
	return async (name) => {
		const scripts = [
			'fail=NSFW',
			'refuse=403',
			'result=object',
			'refuse=400',
			'state=queued_again',
		];
		const asked = prompts(name, 5, (nth) => `${takes(nth)}, ${scripts[nth]}`);
		const run = await stage.ended(await stage.call('failing', asked));
		expectClips(
			stage,
			run.items('APIXO'),
			asked,
			(nth) => scripts[nth]?.match(/fail|refuse/) != null,
		);
	};
};

const faults: Part = async (stage) => {
	await stage.activate(called('faults', clips(stage.credential)));
	return async (name) => {
		const asked = prompts(name, 8);
		const rules = [
			{ on: 'submit', kind: 'status', status: 429, times: 2 },
			{ on: 'submit', kind: 'status', status: 503 },
			{ on: 'submit', kind: 'reset-after' },
			{ on: 'submit', kind: 'body-code', code: 429 },
			{ on: 'read', kind: 'reset-before', times: 3 },
			{ on: 'read', kind: 'garbage', times: 2 },
			{ on: 'read', kind: 'status', status: 502, body: 'html', times: 2 },
			{ on: 'read', kind: 'slow', delayMs: 2_000 },
		] as const;
		for (const [nth, rule] of rules.entries()) {
			stage.sandbox.faults.add({ ...rule, prompt: `${name}.${nth} ` });
		}
		const run = await stage.ended(await stage.call('faults', asked));
		// The answer to the third order was lost: it may have been billed, so it is not repeated.
		expectClips(stage, run.items('APIXO'), asked, (nth) => nth === 2);
		assert.match(String(run.items('APIXO')[2]?.json.error), /may or may not have been submitted/);
	};
};

const stopped: Part = async (stage) => {
	await stage.activate(called('stopped', clips(stage.credential)));
	return async (name) => {
		const asked = prompts(name, 3, () => 'never-ends');
		const id = await stage.call('stopped', asked);
		const reads = () =>
			stage.sandbox
				.tasks()
				.filter(({ request }) => asked.includes(request.input.prompt))
				.map((task) => task.reads);
		await stage.until('three tasks under watch', async () =>
			reads().filter((count) => count > 1).length === 3 ? true : undefined,
		);
		await stage.n8n.stop(id);
		assert.equal((await stage.ended(id)).status, 'canceled');
		await delay(1_000);
		const then = reads();
		await delay(2_000);
		assert.deepEqual(reads(), then);
	};
};

export const PARTS: Record<string, Part> = {
	polling,
	later,
	downloads,
	sleeping,
	trigger,
	failing,
	faults,
	stopped,
};
