/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { AddressInfo } from 'node:net';
import { loadClips } from './clips';
import { Control } from './control';
import { Like } from './like';
import { settle, type SandboxOptions } from './options';
import type { Sandbox } from './sandbox';
import { createSandboxServer } from './server';
import { BASE_PATH } from './service';
import { snapshot } from './task';
import { World } from './world';

export { BATCH_FORMS, type BatchForm } from './batch-forms';
export { FAULT_KINDS, type FaultRule } from './faults';
export { eventLine, type SandboxEvent } from './journal';
export type { SandboxOptions } from './options';
export { PROMPT_KEYS } from './prompt-script';
export type { Sandbox, SandboxStats } from './sandbox';
export type { CallbackAttempt, SandboxTask } from './task';

/**
 * Starts the sandbox on 127.0.0.1.
 *
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const settings = settle(options);
	loadClips();
	let world: World;
	const like = settings.like && new Like(settings.like, settings.timeScale);
	const around = {
		like,
		control: new Control(() => sandbox),
		get service() {
			return world.service;
		},
		get faults() {
			return world.faults;
		},
		get journal() {
			return world.journal;
		},
		get timers() {
			return world.timers;
		},
		get closing() {
			return world.closing.signal;
		},
	};
	const server = createSandboxServer(around);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(settings.port, '127.0.0.1', resolve);
	});
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	world = new World(settings, like);

	const sandbox: Sandbox = {
		origin,
		baseUrl: origin + BASE_PATH,
		apiKey: settings.apiKey,
		stats: () => world.stats(),
		tasks: () => world.tasks.all.map(snapshot),
		breaches: () => [...world.journal.breaches],
		get faults() {
			return world.faults;
		},
		get balance() {
			return world.accounts.get(settings.apiKey)?.balance ?? 0;
		},
		set balance(usd: number) {
			const account = world.accounts.get(settings.apiKey);
			if (account !== undefined) account.balance = usd;
		},
		sendCallback: async (taskId, times = 1) => {
			const task = world.tasks.get(taskId);
			const url = task?.request.callback_url;
			if (task === undefined || url === undefined) throw new Error(`No callback for ${taskId}`);
			return await world.callbacks.again(task, url, times);
		},
		forgeCallback: async (url, body) => await world.callbacks.forge(url, body),
		reset: () => {
			world.end();
			world = new World(settings, like);
		},
		close: async () => {
			world.end();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return sandbox;
}
