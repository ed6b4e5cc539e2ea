/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { CHECKOUT } from '../../../harness/checkout';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { likeness } from '../../../sandbox/like';
import { script, type Command } from '../lib/command';
import { PLANTED, SOMEBODY, startPlanted } from '../lib/planted-service';

/** Each starts Node anew, and asks no more than nine times in a minute of the service's time. */
jest.setTimeout(90_000);

const KEY = 'sandbox-key';

const TIME_SCALE = 50;

/** Where times are held against the contract: a busy machine's delays count so many times. */
const FAITHFUL = 15;

const point = z.object({ part: z.string(), what: z.string(), verdict: z.string() });
const report = z.object({ points: z.array(point), likeness });

let out: string;
const sandboxes: Sandbox[] = [];
beforeEach(async () => {
	out = await mkdtemp(join(tmpdir(), 'n8n-nodes-apixo-live-'));
});
afterEach(async () => {
	await Promise.all(sandboxes.splice(0).map(async (sandbox) => await sandbox.close()));
	await rm(out, { recursive: true, force: true });
});

async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({ timeScale: TIME_SCALE, ...options });
	sandboxes.push(sandbox);
	return sandbox;
}

function live(baseUrl: string, args: string[] = [], apiKey = KEY, timeScale = TIME_SCALE): Command {
	const fixed = ['--base-url', baseUrl, '--time-scale', String(timeScale), '--out', out];
	return script('scripts/live.mts', [...fixed, ...args], { APIXO_API_KEY: apiKey });
}

/** A port that nobody listens on now: each test has one of its own. */
let port = 18_640 + (process.pid % 200) * 5;
const callback = () => {
	port++;
	return [
		'--callback-url',
		`http://127.0.0.1:${port}/hook?of=the+user`,
		'--callback-port',
		String(port),
	];
};

const files = async () => ({
	text: await readFile(join(out, 'report.md'), 'utf8'),
	json: await readFile(join(out, 'report.json'), 'utf8'),
});

/** What differs or is new, by name. */
async function found(): Promise<string[]> {
	const { points } = report.parse(JSON.parse((await files()).json));
	return points
		.filter(({ verdict }) => verdict === 'differs' || verdict === 'new field')
		.map(({ part, what }) => `${part}: ${what}`);
}

describe('npm run live', () => {
	it('finds nothing in a service that keeps the contract, and orders two videos', async () => {
		const sandbox = await sandboxWith({ timeScale: FAITHFUL });
		const command = live(sandbox.baseUrl, ['--yes', ...callback()], KEY, FAITHFUL);
		expect(await command.ended).toBe(0);
		expect(await found()).toEqual([]);
		expect(command.printed).toContain('0 different, 0 new, 0 not seen');
		expect(sandbox.tasks().map(({ request }) => request.input.mode)).toEqual([
			'text-to-video',
			'image-to-video',
		]);
		expect(sandbox.stats()).toMatchObject({ charges: 2, downloads: 2, callbackAttempts: 1 });
	});

	it('finds ten planted differences and no other, and makes a sandbox that has the same ten', async () => {
		const sandbox = await sandboxWith({ timeScale: FAITHFUL });
		const origin = await startPlanted(sandbox.origin);
		const first = live(`${origin}/api/v1`, ['--yes', ...callback()], KEY, FAITHFUL);
		expect(await first.ended).toBe(0);
		expect((await found()).sort()).toEqual([...PLANTED].sort());
		for (const name of PLANTED) expect(first.printed).toContain(name.replace(': ', ', '));

		const { text, json } = await files();
		const own = ['sandbox-key', 'paper boat', SOMEBODY, origin, '127.0.0.1', 'start.png'];
		for (const secret of [...own, ...sandbox.tasks().map(({ id }) => id)]) {
			expect(text).not.toContain(secret);
			expect(json).not.toContain(secret);
		}

		const alike = await sandboxWith({
			timeScale: FAITHFUL,
			like: report.parse(JSON.parse(json)).likeness,
		});
		const second = live(alike.baseUrl, ['--yes', ...callback()], KEY, FAITHFUL);
		expect(await second.ended).toBe(0);
		expect((await found()).sort()).toEqual([...PLANTED].sort());
	});

	it('looks without ordering with --free', async () => {
		const sandbox = await sandboxWith();
		const command = live(sandbox.baseUrl, ['--free']);
		expect(await command.ended).toBe(0);
		expect(sandbox.stats().submissionsReceived).toBe(0);
		expect(await found()).toEqual([]);
	});

	describe('with --idempotency', () => {
		it.each(['items', 'batch-only'] as const)(
			'orders one video with one key twice, and sees one task (%s)',
			async (batches) => {
				const sandbox = await sandboxWith({ batches });
				const command = live(sandbox.baseUrl, ['--idempotency', '--yes']);
				expect(await command.ended).toBe(0);
				expect(command.printed).toContain('One task came of two orders with the same key');
				expect(sandbox.stats()).toMatchObject({ submissionsReceived: 2, charges: 1 });
				expect(sandbox.breaches()).toEqual([]);
				const { text } = await files();
				expect(text).toContain('form of the answer');
				for (const { id, idempotencyKey } of sandbox.tasks()) {
					expect(text).not.toContain(id);
					expect(text).not.toContain(String(idempotencyKey));
				}
			},
		);

		it('sees two tasks where the key is not heeded, and names both', async () => {
			const sandbox = await sandboxWith();
			const other = { code: 200, message: 'success', data: { taskId: 'task_other' } };
			sandbox.faults.add({ on: 'submit', kind: 'reply', nth: 2, json: other });
			const command = live(sandbox.baseUrl, ['--idempotency', '--yes']);
			await command.prints(/Ordered: task task_other/);
			await command.ended;
			expect(command.printed).toContain('Two tasks came of two orders');
			expect(await found()).toContain('An order with an idempotency key: the second time');
		});

		it('says that the account has no such endpoint', async () => {
			const sandbox = await sandboxWith({ batches: 'none' });
			const command = live(sandbox.baseUrl, ['--idempotency', '--yes']);
			expect(await command.ended).toBe(1);
			expect(command.printed).toContain('this account takes no orders with an');
			expect(sandbox.stats()).toMatchObject({ submissionsReceived: 1, charges: 0 });
		});
	});

	it('sends nothing when nobody is there to say yes', async () => {
		const sandbox = await sandboxWith();
		const command = live(sandbox.baseUrl);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('that costs money');
		expect(command.printed).toContain('nothing was sent');
		expect(sandbox.stats().statusCounts).toEqual({
			submit: {},
			read: {},
			balance: {},
			download: {},
		});
	});

	it.each([
		['no key', [], '', 'APIXO_API_KEY is not set'],
		['a dash of a word processor', [], 'a–key', 'a character that no key has'],
		[
			'no address',
			['--image', 'boat.png'],
			'a-key',
			'--image takes an address that starts with http',
		],
		[
			'no cost',
			['--max-cost', 'little'],
			'a-key',
			'--max-cost takes a number above 0, not "little"',
		],
		['an unknown option', ['--cheap'], 'a-key', "Unknown option '--cheap'"],
	])('says how to start it, given %s', async (_, args, apiKey, reason) => {
		const command = script('scripts/live.mts', args, { APIXO_API_KEY: apiKey });
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain(reason);
		expect(command.printed).toContain('npm run live -- --help');
	});
});

describe('npm run live, when something is wrong', () => {
	it('orders nothing with a wrong key, and says where keys come from', async () => {
		const sandbox = await sandboxWith();
		const command = live(sandbox.baseUrl, ['--yes'], 'a-wrong-key');
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('The service does not know this API key');
		expect(command.printed).toContain('Check APIXO_API_KEY');
		expect(command.printed).not.toContain('a-wrong-key');
		expect(sandbox.stats().submissionsReceived).toBe(0);
	});

	it('says that the balance is too low for a video', async () => {
		const sandbox = await sandboxWith({ balance: 0.01 });
		const command = live(sandbox.baseUrl, ['--yes']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('The balance is too low for a video: top it up');
		expect(sandbox.stats().charges).toBe(0);
	});

	it('orders no second video when that could cost more than was agreed to', async () => {
		const sandbox = await sandboxWith({ pricePerTask: 0.6 });
		const command = live(sandbox.baseUrl, ['--yes']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('$0.60 are gone');
		expect(command.printed).toContain('(--max-cost), so nothing more was ordered');
		expect(sandbox.stats().charges).toBe(1);
	});

	it('names the task on Ctrl-C in the middle of a video, and goes on with it without paying', async () => {
		const sandbox = await sandboxWith({ timeScale: 1, taskTimeMs: 6_000 });
		const command = live(sandbox.baseUrl, ['--yes']);
		await command.prints(/after [\d.]+ s: processing/);
		command.signal('SIGINT');
		expect(await command.ended).toBe(130);
		const [task] = sandbox.tasks();
		expect(command.printed).toContain(`Task ${task?.id} is ordered and paid for`);
		expect(command.printed).toContain(`npm run live -- --task ${task?.id}`);
		expect((await files()).text).toContain('**Not complete:** It was stopped by Ctrl-C.');

		const again = live(sandbox.baseUrl, ['--task', task?.id ?? '']);
		expect(await again.ended).toBe(0);
		expect(again.printed).toContain('clip: avc1');
		expect(sandbox.stats()).toMatchObject({ charges: 1, downloads: 1 });
	});

	it('takes in the answer to an order under way on Ctrl-C', async () => {
		const sandbox = await sandboxWith();
		sandbox.faults.add({ on: 'submit', kind: 'slow', delayMs: 2_000, prompt: 'boat', nth: 3 });
		const command = live(sandbox.baseUrl, ['--yes']);
		await command.prints(/Text to video/);
		while (sandbox.stats().charges === 0) await new Promise((resolve) => setTimeout(resolve, 20));
		command.signal('SIGINT');
		expect(await command.ended).toBe(130);
		expect(command.printed).toContain(`--task ${sandbox.tasks()[0]?.id}`);
		expect(sandbox.stats().charges).toBe(1);
	});

	it('orders nothing from a service that answers garbage', async () => {
		const sandbox = await sandboxWith();
		sandbox.faults.add({ on: 'balance', kind: 'garbage', times: 'always' });
		const command = live(sandbox.baseUrl, ['--yes']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('made no sense, so nothing was ordered');
		expect(sandbox.stats().submissionsReceived).toBe(0);
		expect(await found()).toContain('Balance: form');
	});

	it('orders nothing more when the answer to an order is garbage', async () => {
		const sandbox = await sandboxWith();
		sandbox.faults.add({ on: 'submit', kind: 'garbage', nth: 4 });
		const command = live(sandbox.baseUrl, ['--yes']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('may have been ordered and charged whose ID nobody knows');
		expect(sandbox.stats().submissionsReceived).toBe(4);
	});

	it('names the task when all looks at it are garbage', async () => {
		const sandbox = await sandboxWith();
		sandbox.faults.add({ on: 'read', kind: 'garbage', times: 'always', prompt: 'boat' });
		const command = live(sandbox.baseUrl, ['--yes', '--image', 'http://127.0.0.1:9/none']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain(`--task ${sandbox.tasks()[0]?.id}`);
		expect(await found()).toContain('Reading a task: form');
	});

	it('says that the service cannot be reached', async () => {
		const command = live('http://127.0.0.1:9/api/v1', ['--yes']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('The service could not be reached');
	});
});

describe('npm run sandbox -- --like', () => {
	it.each([
		['no file', 'nowhere.json', '--like: ENOENT'],
		['no report', 'package.json', 'package.json is no report of npm run live: likeness: Required'],
	])('says what is wrong with %s', async (_, path, reason) => {
		const command = script('scripts/sandbox.mts', ['--port', '0', '--like', join(CHECKOUT, path)]);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain(
			reason.replace('package.json is', `${join(CHECKOUT, path)} is`),
		);
	});
});
