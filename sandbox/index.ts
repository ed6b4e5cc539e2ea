/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { AddressInfo } from 'node:net';
import { Account } from './account';
import { Callbacks } from './callbacks';
import { loadClips } from './clips';
import { Control } from './control';
import { Faults } from './faults';
import { eventLine, Journal } from './journal';
import { Like } from './like';
import { sharedAbort } from './loopback';
import { settle, type SandboxOptions, type Settings } from './options';
import { seededRandom } from './random';
import { createSandboxServer } from './server';
import { BASE_PATH, Service } from './service';
import { snapshot, type CallbackAttempt, type SandboxTask } from './task';
import { Tasks } from './tasks';
import { Timers } from './timers';

export { eventLine, type SandboxEvent } from './journal';
export type { FaultRule } from './faults';
export type { SandboxOptions } from './options';
export type { CallbackAttempt, SandboxTask } from './task';
export { FAULT_KINDS } from './faults';
export { PROMPT_KEYS } from './prompt-script';

/** Counts since the start or the last reset. Money in US dollars. */
export interface SandboxStats {
	submissionsReceived: number;
	submissionsAccepted: number;
	/** Charges made at acceptance, the later refunded ones included. */
	charges: number;
	charged: number;
	refunds: number;
	refunded: number;
	reads: number;
	readsByTask: Record<string, number>;
	statusCounts: Journal['statusCounts'];
	tooManyRequests: Journal['tooManyRequests'];
	downloads: number;
	callbackAttempts: number;
	maxConcurrent: number;
}

/** All that lasts until a reset. */
class World {
	readonly accounts = new Map<string, Account>();
	readonly closing = sharedAbort();
	readonly timers: Timers;
	readonly journal: Journal;
	readonly faults = new Faults();
	readonly callbacks: Callbacks;
	readonly tasks: Tasks;
	readonly service: Service;

	constructor(settings: Settings, like?: Like) {
		const { timeScale, requestsPerMinute, balance } = settings;
		for (const apiKey of [settings.apiKey, ...settings.otherApiKeys]) {
			this.accounts.set(apiKey, new Account(apiKey, balance, requestsPerMinute, timeScale));
		}
		this.timers = new Timers(timeScale);
		this.journal = new Journal((event) => {
			// eslint-disable-next-line no-console
			if (settings.verbose) console.log(eventLine(event));
			settings.onEvent?.(event);
		});
		const { timers, journal, faults } = this;
		const closing = this.closing.signal;
		this.callbacks = new Callbacks({ timers, journal, faults, like, closing });
		const { callbacks } = this;
		const random = seededRandom(settings.seed);
		this.tasks = new Tasks({ settings, timers, journal, callbacks, random, closing });
		const { tasks, accounts } = this;
		this.service = new Service({ settings, journal, tasks, accounts });
	}

	end(): void {
		this.journal.mute();
		this.timers.clear();
		this.closing.abort();
	}
}

/** A running stand-in for the service on 127.0.0.1. */
export interface Sandbox {
	readonly origin: string;
	/** For the credential. */
	readonly baseUrl: string;
	readonly apiKey: string;
	stats(): SandboxStats;
	/** Every task, in order of acceptance. */
	tasks(): SandboxTask[];
	/** What clients did against the contract. */
	breaches(): string[];
	readonly faults: Faults;
	/** The balance of the main account, US dollars. */
	balance: number;
	/** Sends a task's callback again, as it stands now. Throws for a task without callback. */
	sendCallback(taskId: string, times?: number): Promise<CallbackAttempt[]>;
	/** Posts any body to a URL on this machine, as a stranger could. */
	forgeCallback(url: string, body: unknown): Promise<CallbackAttempt>;
	/** Forgets all tasks, counts, faults and money; what is under way is dropped. */
	reset(): void;
	/** Ends every connection and timer. */
	close(): Promise<void>;
}

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
		stats: () => statsOf(world),
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

function statsOf({ accounts, journal, tasks }: World): SandboxStats {
	const sum = (pick: (account: Account) => number) =>
		[...accounts.values()].reduce((total, account) => total + pick(account), 0);
	return {
		submissionsReceived: journal.submissionsReceived,
		submissionsAccepted: tasks.all.length,
		charges: sum(({ charges }) => charges),
		charged: sum(({ charged }) => charged),
		refunds: sum(({ refunds }) => refunds),
		refunded: sum(({ refunded }) => refunded),
		reads: journal.readsReceived,
		readsByTask: Object.fromEntries(tasks.all.map(({ id, reads }) => [id, reads])),
		statusCounts: structuredClone(journal.statusCounts),
		tooManyRequests: structuredClone(journal.tooManyRequests),
		downloads: journal.downloads,
		callbackAttempts: journal.callbackAttempts,
		maxConcurrent: journal.maxConcurrent,
	};
}
