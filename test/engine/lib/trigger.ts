import axios from 'axios';

import { generate, prompts, type Bench } from '../../../harness/engine/bench';
import { apixoWorkflow } from '../../../harness/engine/workflow';
import { until } from '../../../harness/until';

/** Calls a trigger; gives the status of its answer. */
export async function send(url: string, body: unknown): Promise<number> {
	const answer = await axios.post(url, body, { validateStatus: () => true });
	return answer.status;
}

/** What the service says at the end of a task. */
export const callback = (taskId: unknown, state = 'success') => ({
	code: 200,
	message: 'success',
	data: { taskId, state },
});

/** The ID of a task that has ended, and of which no trigger knows yet. */
export async function endedTask(bench: Bench, prompt = 'A boat'): Promise<string> {
	await bench.run(apixoWorkflow(generate({ waitForCompletion: false })), {
		input: prompts(prompt),
	});
	const task = () => bench.sandbox.tasks().at(-1);
	await until(() => ['success', 'failed'].includes(task()?.state ?? ''));
	return String(task()?.id);
}
