import type { Endpoint } from './answer';

export type SandboxEventType =
	| 'submitted'
	| 'refused'
	| 'charged'
	| 'refunded'
	| 'state'
	| 'read'
	| 'image'
	| 'download'
	| 'callback'
	| 'fault'
	| 'breach';

/** One line in the life of a task, or of the sandbox. `at` is Unix ms. */
export interface SandboxEvent {
	at: number;
	type: SandboxEventType;
	taskId?: string;
	text: string;
}

/** An event as a line for a terminal. */
export function eventLine({ at, type, taskId = '', text }: SandboxEvent): string {
	const time = new Date(at).toLocaleTimeString('en-GB');
	return `${time}  ${taskId.padEnd(21)}  ${type === 'breach' ? 'BREACH: ' : ''}${text}`;
}

type Counts = Record<string, number>;

/** What happened so far: counters, breaches of the contract by clients, and events for listeners. */
export class Journal {
	readonly breaches: string[] = [];

	/** Requests per endpoint, by HTTP status, or by the fault that left them without one. */
	readonly statusCounts: Record<Endpoint, Counts> = {
		submit: {},
		read: {},
		balance: {},
		download: {},
	};

	readonly tooManyRequests = { submit: { rate: 0, concurrency: 0 }, read: { rate: 0 } };

	submissionsReceived = 0;

	readsReceived = 0;

	downloads = 0;

	callbackAttempts = 0;

	maxConcurrent = 0;

	constructor(private listener?: (event: SandboxEvent) => void) {}

	/** Tells nothing any more: what a reset breaks off is nobody's news. */
	mute(): void {
		this.listener = undefined;
	}

	note(type: SandboxEventType, text: string, taskId?: string): void {
		this.listener?.({ at: Date.now(), type, ...(taskId === undefined ? {} : { taskId }), text });
	}

	breach(text: string): void {
		this.breaches.push(text);
		this.note('breach', text);
	}

	countStatus(endpoint: Endpoint, status: string): void {
		const counts = this.statusCounts[endpoint];
		counts[status] = (counts[status] ?? 0) + 1;
	}
}
