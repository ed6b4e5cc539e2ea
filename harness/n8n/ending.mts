/**
 * Nothing that this process started outlives it: not when it ends by itself, not on Ctrl-C, and not when it
 * is killed, or the npm that runs it.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Processes that end together, by the pid of the one that leads them. */
export interface Group {
	readonly pid: number;
	/** Asks them to end, and makes them when they do not. Resolves when they are gone. */
	stop(): Promise<void>;
}

const groups = new Set<Group>();
const folders = new Set<string>();

/** @returns false when the group is gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}

/** Makes a group end with this process. */
export function endWithThis(group: Group): void {
	groups.add(group);
	tellWatchdog({ started: group.pid });
}

/** The group has ended; its pid may soon be somebody else's. */
export function hasEnded(group: Group): void {
	groups.delete(group);
	tellWatchdog({ ended: group.pid });
}

/** Makes a folder disappear with this process. */
export function removeWithThis(folder: string): void {
	folders.add(folder);
	tellWatchdog({ folder });
}

/** Somebody will want to look into it after all. */
export function keepAfterThis(folder: string): void {
	folders.delete(folder);
	tellWatchdog({ kept: folder });
}

let watchdog: Socket | undefined;

interface News {
	started?: number;
	ended?: number;
	folder?: string;
	kept?: string;
}

/** For an end of this process that it does not see coming. */
function tellWatchdog(news: News): void {
	watchdog ??= startWatchdog();
	watchdog.write(`${JSON.stringify(news)}\n`);
}

function startWatchdog(): Socket {
	const program = fileURLToPath(new URL('watchdog.mjs', import.meta.url));
	const { PATH } = process.env;
	// Detached, because Ctrl-C in a terminal goes to all others.
	const child = spawn(process.execPath, [program], {
		detached: true,
		env: { PATH },
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	child.unref();
	const pipe = child.stdin as Socket;
	// It watches as long as this process runs, but is no reason for it to go on running.
	pipe.unref();
	// Whoever kills the watchdog has to do without it.
	pipe.on('error', () => {});
	return pipe;
}

process.once('exit', () => {
	for (const { pid } of groups) signalGroup(pid, 'SIGKILL');
	for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const stop = new AbortController();

/** Aborted once somebody has asked this process to end: what ends then, ends as it should. */
export const stopping: AbortSignal = stop.signal;

/** One Ctrl-C arrives twice, from the terminal and from npm; a later one means "now". Milliseconds. */
const SAME_SIGNAL_MS = 1000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

let stopSince = 0;
for (const signal of Object.keys(EXIT_CODES) as Array<keyof typeof EXIT_CODES>) {
	process.on(signal, () => {
		if (stopping.aborted && Date.now() - stopSince < SAME_SIGNAL_MS) return;
		// Leaving kills what still runs.
		if (stopping.aborted) process.exit(EXIT_CODES[signal]);
		stopSince = Date.now();
		stop.abort();
		void Promise.allSettled([...groups].map(async (group) => await group.stop())).then(() =>
			process.exit(EXIT_CODES[signal]),
		);
	});
}

/** How soon the end of npm is noticed. Milliseconds. */
const LOOK_FOR_NPM_EVERY_MS = 500;

/** The shell that npm runs a script in, and npm. On systems without /proc the shell alone. */
function startedBy(): string {
	const parent = process.ppid;
	try {
		const [, grandparent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
		return `${parent} ${grandparent}`;
	} catch {
		return `${parent}`;
	}
}

if (process.env.npm_lifecycle_event) {
	const starter = startedBy();
	const timer = setInterval(() => {
		if (startedBy() === starter) return;
		clearInterval(timer);
		process.kill(process.pid, 'SIGTERM');
	}, LOOK_FOR_NPM_EVERY_MS);
	timer.unref();
}
