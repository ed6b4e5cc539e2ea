/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { script } from '../lib/command';

/** Each starts Node.js anew, which takes its time on a busy machine. */
jest.setTimeout(60_000);

const E2E = 'test/e2e/run.mts';

/** A machine without a browser and Redis. */
const BARE = { CHROMIUM_PATH: '/nowhere/chromium', PATH: '/nowhere' };

describe('npm run test:e2e', () => {
	it('says at once all that is missing, how to get it, and how to go without', async () => {
		const only = ['agent', 'browser', 'queue'].flatMap((name) => ['--only', name]);
		const command = script(E2E, only, BARE);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('CHROMIUM_PATH names /nowhere/chromium, which is not there');
		expect(command.printed).toContain('apt-get install -y chromium');
		expect(command.printed).toContain('apt-get install -y redis-server');
		expect(command.printed).toMatch(/go without: npm run test:e2e -- --only agent\n$/);
	});

	it('asks for nothing that the tests it was told to run do not need', async () => {
		const command = script(E2E, ['--only', 'queue'], BARE);
		expect(await command.ended).toBe(1);
		expect(command.printed).not.toContain('chromium');
	});

	it('says which tests there are', async () => {
		const command = script(E2E, ['--only', 'nonsense']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toMatch(/--only takes agent, .*browser, .*, not "nonsense"/);
	});
});

describe('npm run editor', () => {
	it('says that its port is taken, and names one that is free', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => other.once('listening', resolve));
		const { port } = other.address() as AddressInfo;
		const command = script('scripts/editor.mts', ['--port', String(port)]);
		expect(await command.ended).toBe(1);
		expect(command.printed).toMatch(
			new RegExp(`^\nPort ${port} is taken.*npm run editor -- --port \\d+\n$`),
		);
		other.close();
	});

	it.each([
		[['--port', '0'], '--port takes a number from 1 to 65535, not "0"'],
		[['--n8n', 'latest'], '--n8n takes a version such as'],
	])('refuses %j with the reason', async (args, reason) => {
		const command = script('scripts/editor.mts', args);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain(reason);
	});
});
