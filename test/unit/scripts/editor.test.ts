/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { script } from '../lib/command';

/** Each starts Node.js anew, which takes its time on a busy machine. */
jest.setTimeout(60_000);

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
