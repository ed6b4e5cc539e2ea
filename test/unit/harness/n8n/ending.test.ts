/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHECKOUT } from '../../../../harness/checkout';
import { until } from '../../../../harness/until';
import { Command, script } from '../../lib/command';

/** Each starts Node.js anew, which takes its time on a busy machine. */
jest.setTimeout(60_000);

const STARTER = 'test/unit/harness/n8n/lib/starter.mts';

/** Asks to be left alone. */
const STUBBORN = "trap '' TERM; while :; do sleep 1; done";

interface Started {
	folder: string;
	/** Of the group that was started, and of the starter. */
	pid: number;
	self: number;
}

/** A starter that a test failed to end. */
let left: number | undefined;
afterEach(() => left && isThere(left) && process.kill(left, 'SIGKILL'));

async function started(command: Command): Promise<Started> {
	const [line] = await command.prints(/\{.*\}/);
	const what = JSON.parse(line) as Started;
	left = what.self;
	return what;
}

function isThere(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

/** Resolves when neither the group nor the folder is there any more. */
async function gone({ pid, folder }: Started): Promise<void> {
	await until(() => !isThere(-pid) && !existsSync(folder));
}

describe('What a script has started', () => {
	it.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('is gone when %s has ended the script', async (signal, code) => {
		const command = script(STARTER, []);
		const what = await started(command);
		expect([isThere(-what.pid), existsSync(what.folder)]).toEqual([true, true]);
		command.signal(signal);
		expect(await command.ended).toBe(code);
		expect([isThere(-what.pid), existsSync(what.folder)]).toEqual([false, false]);
	});

	it.each([
		['', undefined],
		[', even if it does not listen', STUBBORN],
	])('is gone soon when the script is killed%s', async (_, does) => {
		const command = script(STARTER, does ? [does] : []);
		const what = await started(command);
		command.signal('SIGKILL');
		await command.ended;
		await gone(what);
	});

	it('is gone at once on a second Ctrl-C, even if it does not listen', async () => {
		const command = script(STARTER, [STUBBORN]);
		const what = await started(command);
		command.signal('SIGINT');
		const begun = Date.now();
		// One Ctrl-C arrives twice, from the terminal and from npm.
		await until(() => Date.now() - begun > 1200);
		command.signal('SIGINT');
		expect(await command.ended).toBe(130);
		await gone(what);
		expect(Date.now() - begun).toBeLessThan(5000);
	});

	it('stays if it is a folder that is to be kept', async () => {
		const command = script('test/unit/harness/n8n/lib/keeper.mts', []);
		const [, folder = ''] = await command.prints(/(.+)\n/);
		await command.ended;
		const ended = Date.now();
		try {
			// Then the watchdog, too, has done its work.
			await until(() => Date.now() - ended > 1000);
			expect(existsSync(folder)).toBe(true);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it('is gone soon when the npm that runs the script is killed', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-apixo-npm-'));
		const start = `true && cd '${CHECKOUT}' && node --import tsx ${STARTER}`;
		writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
		try {
			const npm = new Command('npm', ['start'], {}, folder);
			const what = await started(npm);
			npm.signal('SIGKILL');
			await gone(what);
			await until(() => !isThere(what.self));
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
