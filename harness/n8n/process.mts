import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithThis, hasEnded, removeWithThis, signalGroup } from './ending.mts';

/** How much of a process's output is kept in memory. The whole of it is in its log file. */
const LOG_TAIL_CHARACTERS = 400_000;

/** A process that was asked to end has this long before it is killed. Milliseconds. */
const STOP_WITHIN_MS = 10_000;

export interface ProcessOptions {
	/** Used in error messages, e.g. "n8n 2.41.1". */
	name: string;
	command: string;
	args: string[];
	/** The whole environment: nothing is inherited. */
	env: NodeJS.ProcessEnv;
	cwd?: string;
	/** Gets a copy of all that the process prints. */
	logFile?: string;
	/** Runs as somebody else than this process does. */
	account?: { uid: number; gid: number };
	/** Whether to show on the console what it prints. */
	echo?: boolean;
}

export interface StartedProcess {
	readonly pid: number;
	/** The last of what the process printed, stdout and stderr together. */
	log(): string;
	/**
	 * Resolves once the output matches.
	 *
	 * @throws Error when the process ends first, or after `timeoutMs`, with the last lines of its log.
	 */
	printed(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
	/** Resolves when the process has ended, however it did. */
	readonly ended: Promise<string>;
	/** Asks the process to end (SIGTERM), and after 10 s makes it, with all its children. */
	stop(): Promise<void>;
	/** Ends the process and all its children at once (SIGKILL), as a crash would. */
	kill(): Promise<void>;
}

/** How often a group is looked at that was asked to end. Milliseconds. */
const LOOK_EVERY_MS = 50;

/** A folder that is gone when this process ends, however it ends. */
export function temporaryFolder(purpose: string): string {
	const folder = mkdtempSync(join(tmpdir(), `n8n-nodes-apixo-${purpose}-`));
	removeWithThis(folder);
	return folder;
}

/**
 * Starts a process that ends with this one at the latest. It leads a group, so that no grandchild outlives it.
 */
export function startProcess(options: ProcessOptions): StartedProcess {
	const { name, command, args, env, cwd, logFile, account, echo } = options;
	const child: ChildProcess = spawn(command, args, {
		cwd,
		env,
		...account,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let log = '';
	let listeners: Array<() => void> = [];
	const notify = () => listeners.forEach((listener) => listener());

	if (logFile) mkdirSync(dirname(logFile), { recursive: true });
	const file = logFile ? createWriteStream(logFile, { flags: 'a' }) : undefined;
	// Only a copy is lost, on a full disk for example.
	file?.on('error', () => {});
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => {
			file?.write(text);
			if (echo) process.stdout.write(text);
			log = (log + text).slice(-LOG_TAIL_CHARACTERS);
			notify();
		});
	}

	let end: string | undefined;
	const ended = new Promise<string>((resolve) => {
		const finish = (reason: string) => {
			end = reason;
			if (child.pid) hasEnded(started);
			file?.end();
			notify();
			resolve(reason);
		};
		child.once('error', (error) => finish(`could not be started: ${error.message}`));
		child.once('close', (code, signal) => finish(`ended (${signal ?? `exit code ${code}`})`));
	});

	const started: StartedProcess = {
		pid: child.pid ?? 0,
		log: () => log,
		ended,
		async printed(pattern, timeoutMs) {
			return await new Promise((resolve, reject) => {
				const settle = (action: () => void) => {
					clearTimeout(timer);
					listeners = listeners.filter((listener) => listener !== look);
					action();
				};
				const look = () => {
					const match = pattern.exec(log);
					if (match) settle(() => resolve(match));
					else if (end) settle(() => reject(new Error(`${name} ${end}.${lastLines(log)}`)));
				};
				const timer = setTimeout(() => {
					const waited = `did not get ready within ${timeoutMs / 1000} s`;
					settle(() => reject(new Error(`${name} ${waited}.${lastLines(log)}`)));
				}, timeoutMs);
				listeners.push(look);
				look();
			});
		},
		async stop() {
			// All of the group, and all of it is waited for: a child may have to end others in turn.
			const deadline = Date.now() + STOP_WITHIN_MS;
			let alive = child.pid !== undefined && signalGroup(child.pid, 'SIGTERM');
			while (alive && Date.now() < deadline) {
				await delay(LOOK_EVERY_MS);
				alive = signalGroup(child.pid ?? 0, 0);
			}
			await started.kill();
		},
		async kill() {
			if (child.pid) signalGroup(child.pid, 'SIGKILL');
			await ended;
		},
	};
	if (child.pid) endWithThis(started);
	return started;
}

/** The end of a log, indented, to be put below an error message. */
export function lastLines(log: string, count = 25): string {
	const lines = log.trimEnd().split('\n').slice(-count);
	return log.trim() ? `\nIts last lines:\n    ${lines.join('\n    ')}` : '\nIt printed nothing.';
}

/** What a process on this machine needs and no more: no setting of the caller's leaks into it. */
export function plainEnvironment(pathFirst?: string): NodeJS.ProcessEnv {
	const { PATH = '', HOME, LANG, TMPDIR, USER, LOGNAME, SHELL } = process.env;
	return {
		PATH: pathFirst ? `${pathFirst}:${PATH}` : PATH,
		HOME,
		LANG,
		TMPDIR,
		USER,
		LOGNAME,
		SHELL,
		TZ: 'UTC',
	};
}
