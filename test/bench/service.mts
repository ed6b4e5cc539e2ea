import type { SandboxOptions, SandboxStats, SandboxTask } from '../../sandbox/index.ts';
import { CHECKOUT } from '../../harness/checkout.ts';
import { plainEnvironment, startProcess } from '../../harness/n8n/process.mts';

/** Milliseconds. */
const READY_WITHIN_MS = 30_000;

/** The sandbox, as seen from another process. */
export interface Service {
	baseUrl: string;
	apiKey: string;
	stats(): Promise<SandboxStats>;
	/** In the order in which they were accepted. */
	tasks(): Promise<SandboxTask[]>;
	breaches(): Promise<string[]>;
	/** Forgets all tasks and counts. The same tasks take the same times again. */
	reset(): Promise<void>;
	stop(): Promise<void>;
}

export async function startService(options: SandboxOptions): Promise<Service> {
	const started = startProcess({
		name: 'The sandbox',
		command: process.execPath,
		args: ['--import', 'tsx', 'test/bench/sandbox-process.mts', JSON.stringify(options)],
		env: plainEnvironment(),
		cwd: CHECKOUT,
	});
	const [, ready = ''] = await started.printed(/^ready (.+)$/m, READY_WITHIN_MS);
	const { origin, ...service } = JSON.parse(ready) as Record<
		'origin' | 'baseUrl' | 'apiKey',
		string
	>;
	const ask = async <Answer,>(what: string, method = 'GET') => {
		const answer = await fetch(`${origin}/sandbox/${what}`, { method });
		if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${what}.`);
		return (await answer.json()) as Answer;
	};
	return {
		...service,
		stats: async () => await ask<SandboxStats>('stats'),
		tasks: async () => await ask<SandboxTask[]>('tasks'),
		breaches: async () => await ask<string[]>('breaches'),
		reset: async () => {
			await ask('reset', 'POST');
		},
		stop: async () => await started.stop(),
	};
}
