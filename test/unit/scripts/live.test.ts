import { script } from '../lib/command';
import { callback, FAITHFUL, files, found, KEY, live, report, sandboxWith } from '../lib/live';
import { PLANTED, SOMEBODY, startPlanted } from '../lib/planted-service';

/** Each starts Node anew, and asks no more than nine times in a minute of the service's time. */
jest.setTimeout(90_000);

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
