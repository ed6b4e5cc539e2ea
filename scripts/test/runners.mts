import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { CHECKOUT } from '../../harness/checkout.ts';
import {
	believing,
	fromJest,
	fromNodeTest,
	ONE_FAILED,
	ONE_PASSED,
	type Counts,
} from './counts.mts';

const BIN = join(CHECKOUT, 'node_modules', '.bin');

interface Ended {
	code: number;
	output: string;
}

/** Runs a program of node_modules; what it prints is kept, and with `live` goes to the console at once. */
async function run(program: string, args: string[], live = false): Promise<Ended> {
	const command = program === 'node' ? process.execPath : join(BIN, program);
	const child = spawn(command, args, {
		cwd: CHECKOUT,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
			...process.env,
			PATH: `${BIN}:${process.env.PATH}`,
		},
		shell: process.platform === 'win32',
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			if (live) process.stdout.write(text);
		});
	}
	const code = await new Promise<number>((resolve) => {
		child.once('error', (error) => {
			output += error.message;
			resolve(1);
		});
		child.once('close', (status) => resolve(status ?? 1));
	});
	return { code, output };
}

/** A check that passes by its exit code; it speaks only when it fails. */
export async function runCheck(program: string, args: string[]): Promise<Counts> {
	const { code, output } = await run(program, args);
	if (code === 0) return ONE_PASSED;
	console.error(output);
	return ONE_FAILED;
}

/** n8n's own lint, in strict mode. It lets warnings pass, this does not. */
export async function runLint(): Promise<Counts> {
	const { code, output } = await run('n8n-node', ['lint']);
	const problems = / \d+ problems? \(/.test(stripVTControlCharacters(output));
	if (code === 0 && !problems) return ONE_PASSED;
	console.error(output);
	return ONE_FAILED;
}

/** Projects of jest.config.mjs, in one run. */
export async function runJest(projects: string[]): Promise<Counts> {
	return await withReport(async (report) => {
		const args = ['--selectProjects', ...projects, '--json', '--outputFile', report];
		const { code } = await run('jest', args, true);
		return believing(code, fromJest(await readFile(report, 'utf8'), projects));
	});
}

/** The node:test files of a folder. They speak only when one fails. */
export async function runNodeTests(folder: string): Promise<Counts> {
	const files = (await readdir(join(CHECKOUT, folder))).filter((file) =>
		file.endsWith('.test.mts'),
	);
	return await withReport(async (report) => {
		const reporters = [
			...['--test-reporter', 'spec', '--test-reporter-destination', 'stdout'],
			...['--test-reporter', 'tap', '--test-reporter-destination', report],
		];
		const paths = files.sort().map((file) => join(folder, file));
		const args = ['--import', 'tsx', '--test', ...reporters, ...paths];
		const { code, output } = await run('node', args);
		if (code !== 0) console.error(output);
		return believing(code, fromNodeTest(await readFile(report, 'utf8')));
	});
}

/** A runner that dies before it wrote its report has failed. */
async function withReport(count: (report: string) => Promise<Counts>): Promise<Counts> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-apixo-test-'));
	try {
		return await count(join(folder, 'report'));
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		return ONE_FAILED;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
