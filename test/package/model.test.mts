import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../harness/checkout.ts';
import { temporaryFolder } from '../../harness/n8n/process.mts';

const run = promisify(execFile);

/** A change that a step asks for, word for word. */
interface Change {
	path: string;
	old: string;
	now: string;
}

/** The model of the document, and the made-up one that takes its place. */
const NAMES = [
	['kling-2-6', 'made-up-1'],
	['Kling 2.6', 'Made Up 1'],
	['KLING_2_6', 'MADE_UP'],
] as const;

const CHANGE = /^In `([^`]+)`, replace\n\n```ts\n([\s\S]*?)```\n\nby\n\n```ts\n([\s\S]*?)```$/gm;

async function readChanges(): Promise<Change[]> {
	let steps = await readFile(join(CHECKOUT, 'docs', 'adding-a-model.md'), 'utf8');
	for (const [name, madeUp] of NAMES) steps = steps.replaceAll(name, madeUp);
	return [...steps.matchAll(CHANGE)].map(([, path = '', old = '', now = '']) => ({
		path,
		old,
		now,
	}));
}

async function copyProject(to: string): Promise<void> {
	const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
		cwd: CHECKOUT,
		maxBuffer: 2 ** 24,
	});
	for (const path of stdout.split('\0').filter((one) => one !== '' && !/\.(webp|jpg)$/.test(one))) {
		await mkdir(dirname(join(to, path)), { recursive: true });
		await cp(join(CHECKOUT, path), join(to, path));
	}
	await symlink(join(CHECKOUT, 'node_modules'), join(to, 'node_modules'), 'junction');
}

describe('a second model, by the steps of docs/adding-a-model.md', () => {
	const copy = temporaryFolder('model');
	let changes: Change[];
	before(async () => {
		await copyProject(copy);
		changes = await readChanges();
	});

	/** Gives what a tool of the project said; fails where it fails. */
	const tool = async (name: string, ...options: string[]) => {
		const path = join(copy, 'node_modules', '.bin', name);
		try {
			const { stdout, stderr } = await run(path, options, { cwd: copy, maxBuffer: 2 ** 24 });
			return stdout + stderr;
		} catch (error) {
			const { stdout, stderr } = error as { stdout: string; stderr: string };
			throw new Error(`${name} failed: ${stdout}${stderr}`.slice(0, 5_000));
		}
	};

	test('each step fits the code as it is', async () => {
		assert.ok(changes.length >= 15, `only ${changes.length} changes were found`);
		for (const { path, old, now } of changes) {
			const file = join(copy, path);
			const code = await readFile(file, 'utf8');
			assert.equal(code.split(old).length, 2, `${path} has not once, word for word: ${old}`);
			await writeFile(
				file,
				code.replace(old, () => now),
			);
		}
	});

	test('it compiles', async () => {
		await tool('tsc', '-p', 'tsconfig.check.json');
	});

	test('it orders, waits, is suspended and wakes, calls a trigger, and is retried', async () => {
		const name = 'test/engine/model.test.ts';
		await cp(join(copy, 'test', 'fixtures', 'model.test.ts'), join(copy, name));
		const said = await tool('jest', '--ci', name, 'test/engine/upgrade.test.ts');
		assert.match(said, /Tests: +\d{2} passed, \d{2} total/);
	});
});
