/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { spawn, type ChildProcess } from 'node:child_process';

import { CHECKOUT } from '../../../harness/checkout';
import { until } from '../../../harness/until';

const children: ChildProcess[] = [];
afterEach(() => {
	for (const child of children.splice(0)) {
		child.kill('SIGKILL');
		// What it left behind, if a test fails, must not keep jest waiting.
		child.stdout?.destroy();
		child.stderr?.destroy();
	}
});

/** A command under test, which is gone after the test at the latest. */
export class Command {
	/** Both of its streams. */
	printed = '';

	/** Resolves to the exit code; null if a signal ended it. */
	readonly ended: Promise<number | null>;

	private readonly child: ChildProcess;

	constructor(program: string, args: string[], env: NodeJS.ProcessEnv = {}, cwd = CHECKOUT) {
		// eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- never published
		const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
		children.push(child);
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
		}
		this.child = child;
		this.ended = new Promise((resolve) => child.once('close', resolve));
	}

	/** Resolves once what was printed matches. */
	async prints(pattern: RegExp): Promise<RegExpExecArray> {
		return await until(() => pattern.exec(this.printed) ?? undefined);
	}

	signal(name: NodeJS.Signals): void {
		this.child.kill(name);
	}
}

/** A script of this project, in a Node.js of its own. */
export function script(path: string, args: string[], env: NodeJS.ProcessEnv = {}): Command {
	return new Command(process.execPath, ['--import', 'tsx', path, ...args], env);
}
