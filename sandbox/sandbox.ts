import type { Faults } from './faults';
import type { Journal } from './journal';
import type { CallbackAttempt, SandboxTask } from './task';

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
