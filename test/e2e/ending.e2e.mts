import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../harness/checkout.ts';
import { startProcess, type StartedProcess } from '../../harness/n8n/process.mts';
import { eventually, packageTarball, stageFolders, VERSION } from './stage.mts';

const run = promisify(execFile);

/** All kinds of processes that a run has, by their command lines. */
const KINDS = [/n8n start$/, /n8n worker$/, /n8n webhook$/, /redis-server/, /postgres/, /chrom/];

/** Milliseconds. */
const ALL_RUN_WITHIN = 180_000;
const ALL_END_WITHIN = 10_000;

interface Process {
	pid: number;
	parent: number;
	command: string;
}

async function processes(): Promise<Process[]> {
	const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args=']);
	return Array.from(stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm), ([, pid, parent, command]) => ({
		pid: Number(pid),
		parent: Number(parent),
		command: String(command).trim(),
	}));
}

/** The processes that one has started, directly or not. */
function below(pid: number, all: Process[]): Process[] {
	const children = all.filter(({ parent }) => parent === pid);
	return [...children, ...children.flatMap((child) => below(child.pid, all))];
}

describe(`The end of a run, with n8n ${VERSION}`, () => {
	let starter: StartedProcess;
	before(async () => {
		const { folder, logFolder } = stageFolders('ending');
		const tarball = await packageTarball();
		starter = startProcess({
			name: 'everything.mts',
			command: process.execPath,
			args: ['--import', 'tsx', 'test/e2e/everything.mts', tarball, folder, logFolder],
			cwd: CHECKOUT,
			env: process.env,
		});
	});
	after(async () => await starter.stop());

	test('a run that is killed leaves no process behind', async () => {
		await starter.printed(/Everything runs/, ALL_RUN_WITHIN);
		const started = below(starter.pid, await processes());
		const commands = started.map(({ command }) => command);
		const missing = KINDS.filter((kind) => !commands.some((command) => kind.test(command)));
		assert.deepEqual(missing, [], commands.join('\n'));

		process.kill(starter.pid, 'SIGKILL');
		const killed = Date.now();
		const pids = new Set(started.map(({ pid }) => pid));
		await eventually('the end of all', async () => {
			const left = (await processes()).filter(({ pid }) => pids.has(pid));
			return left.length === 0 || undefined;
		});
		assert.ok(Date.now() - killed < ALL_END_WITHIN, `took ${Date.now() - killed} ms`);
	});
});
