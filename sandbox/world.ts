import { Account } from './account';
import { Batches } from './batches';
import { Callbacks } from './callbacks';
import { Faults } from './faults';
import { eventLine, Journal } from './journal';
import type { Like } from './like';
import { sharedAbort } from './loopback';
import type { Settings } from './options';
import { seededRandom } from './random';
import type { SandboxStats } from './sandbox';
import { Service } from './service';
import { Tasks } from './tasks';
import { Timers } from './timers';

/** All that lasts until a reset. */
export class World {
	readonly accounts = new Map<string, Account>();
	readonly closing = sharedAbort();
	readonly timers: Timers;
	readonly journal: Journal;
	readonly faults = new Faults();
	readonly callbacks: Callbacks;
	readonly tasks: Tasks;
	readonly service: Service;

	constructor(settings: Settings, like?: Like) {
		const { timeScale, balance } = settings;
		for (const apiKey of [settings.apiKey, ...settings.otherApiKeys]) {
			this.accounts.set(apiKey, new Account(apiKey, balance, settings));
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
		const batches = new Batches({ settings, tasks });
		this.service = new Service({ settings, journal, tasks, batches, accounts });
	}

	stats(): SandboxStats {
		const { accounts, journal, tasks } = this;
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

	end(): void {
		this.journal.mute();
		this.timers.clear();
		this.closing.abort();
	}
}
