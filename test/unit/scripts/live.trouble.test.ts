/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { join } from 'node:path';

import { CHECKOUT } from '../../../harness/checkout';
import { script } from '../lib/command';
import { files, found, live, sandboxWith } from '../lib/live';

/** Each starts Node anew, and asks no more than nine times in a minute of the service's time. */
jest.setTimeout(90_000);

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
