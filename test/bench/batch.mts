/**
 * `npm run bench:batch`: how much longer 200 clips take than one, side by side in one run, in n8n's engine
 * against the sandbox. Every task takes the same time, and all pauses are those of the real service.
 */
import { startSandbox } from '../../sandbox/index.ts';
import { jsonOf, runWorkflow } from '../engine/lib/engine.ts';
import { nodeTypes } from '../engine/lib/node-types.ts';
import { APIXO, apixoWorkflow } from '../engine/lib/workflow.ts';
import { Apixo } from '../../nodes/Apixo/Apixo.node.ts';

const TASK_MS = 40_000;
const ITEMS = 200;

const sandbox = await startSandbox({ taskTimeMs: TASK_MS });
const types = nodeTypes({ 'n8n-nodes-apixo.apixo': new Apixo() });
const credentials = { apixoApi: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl } };

/** Seconds from start to the last item. */
async function seconds(count: number): Promise<number> {
	const input = Array.from({ length: count }, (_, index) => ({
		json: { prompt: `Clip ${index}` },
	}));
	const options = { maxConcurrentTasks: ITEMS };
	const workflow = apixoWorkflow({ prompt: '={{ $json.prompt }}', options });
	const started = performance.now();
	const run = await runWorkflow(workflow, { nodeTypes: types, credentials, input });
	const items = jsonOf(run, APIXO).filter(({ state }) => state === 'success');
	if (items.length !== count) throw new Error(`${items.length} of ${count} clips came out`);
	return (performance.now() - started) / 1000;
}

const one = await seconds(1);
sandbox.reset();
const many = await seconds(ITEMS);
const { submissionsReceived, reads, statusCounts } = sandbox.stats();
await sandbox.close();

console.log(`1 clip: ${one.toFixed(2)} s, ${ITEMS} clips: ${many.toFixed(2)} s`);
console.log(`ratio ${(many / one).toFixed(3)}, ${submissionsReceived} submissions, ${reads} reads`);
console.log(`answers: ${JSON.stringify(statusCounts)}`);
