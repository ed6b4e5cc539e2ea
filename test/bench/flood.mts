import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { apixoTrigger, generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import type { ExecutionSummary, N8nClient } from '../../harness/n8n/client.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { chain } from '../../harness/n8n/workflow.mts';
import { until } from '../../harness/until.ts';
import type { Service } from './service.mts';

export const FLOOD = { callbacks: 1_000, atOnce: 50 };

/** Of the clip whose callback is to come in the middle of it. */
const TAKES_S = 3;

/** What a flood of forged callbacks to a trigger costs, and a real callback in it. */
export interface FloodResult {
	/** That n8n needed to answer all. */
	seconds: number;
	/** At the service, the real one's among them. */
	reads: number;
	/** Executions that forged ones started. */
	executions: number;
	/** From a real callback in the middle of it to the start of its execution, s. */
	realSeconds: number;
	/** The same where the node answers the others at once, without a request: what n8n itself takes. */
	n8nSeconds: number;
	/** The same when nothing else comes. */
	quietSeconds: number;
}

export async function measureFlood(
	{ n8n, webhookUrl }: { n8n: N8nClient; webhookUrl: string },
	service: Service,
): Promise<FloodResult> {
	const name = 'flood';
	const url = `${webhookUrl}/webhook/${name}/webhook`;
	const credential = await saveApixoCredential(n8n, service, name);
	const receiver = await n8n.createWorkflow(chain(name, [apixoTrigger(credential, name)]));
	await n8n.activate(receiver);
	const order = generate(credential, `Real [sandbox: takes=${TAKES_S}s]`, {
		requestType: 'callback',
		callbackTo: 'trigger',
		callbackUrl: url,
	});
	const sender = await n8n.createWorkflow(chain(`${name} order`, [manualTrigger(), order]));

	/** Orders a clip; gives when its callback came, Unix ms, and how long its execution took to start, s. */
	const real = async () => {
		const sent = await n8n.run(sender);
		const taskId = sent.items('APIXO')[0]?.json.taskId;
		const called = async () => {
			const task = (await service.tasks()).find(({ id }) => id === taskId);
			return task?.callbacks.find(({ taken }) => taken) && task.callbacks[0]?.at;
		};
		const what = 'the real callback to be taken';
		const at = await until(called, { what, forMs: 120_000, everyMs: 200 });
		const [newest] = await until(async () => await startedSince(at), {
			what: 'its execution',
			forMs: 120_000,
			everyMs: 200,
		});
		return { at, seconds: (Date.parse(newest?.startedAt ?? '') - at) / 1000 };
	};
	const startedSince = async (at: number): Promise<ExecutionSummary[] | undefined> => {
		const all = await n8n.executionsOf(receiver.id);
		const since = all.filter(({ startedAt }) => Date.parse(startedAt ?? '') >= at);
		return since.length > 0 ? since : undefined;
	};

	const realIn = async (flooded: string) => {
		const middle = real();
		await delay(TAKES_S * 500);
		const began = Date.now();
		await flood(flooded);
		const ended = Date.now();
		const { at, seconds } = await middle;
		if (at < began || at > ended) throw new Error('The real callback did not come in the flood.');
		return { seconds, floodSeconds: (ended - began) / 1000 };
	};

	const quiet = await real();
	// Metadata that nobody signed is refused without a request.
	const refused = await realIn(`${url}?apixo_metadata=e30`);
	const { reads } = await service.stats();
	const flooded = await realIn(url);
	return {
		seconds: flooded.floodSeconds,
		reads: (await service.stats()).reads - reads,
		executions: (await n8n.executionsOf(receiver.id)).length - 3,
		realSeconds: flooded.seconds,
		n8nSeconds: refused.seconds,
		quietSeconds: quiet.seconds,
	};
}

async function flood(url: string): Promise<void> {
	let left = FLOOD.callbacks;
	const callers = Array.from({ length: FLOOD.atOnce }, async () => {
		while (left > 0) {
			const data = { taskId: `task_forged_${left--}`, state: 'success' };
			const body = { code: 200, message: 'success', data };
			await axios.post(url, body, { proxy: false, validateStatus: null });
		}
	});
	await Promise.all(callers);
}
