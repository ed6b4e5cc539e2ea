/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { until } from '../../../../harness/until';
import { script, type Command } from '../../lib/command';

/** Each starts Node.js anew, which takes its time on a busy machine. */
jest.setTimeout(60_000);

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'n8n-nodes-apixo-cache-'))));
afterEach(() => rmSync(home, { recursive: true }));

const cache = () => join(home, 'cache');

function install(env: NodeJS.ProcessEnv = {}): Command {
	return script('test/unit/harness/n8n/lib/install-node.mts', [], {
		APIXO_CACHE_DIR: cache(),
		...env,
	});
}

/** Puts an npm in front of the real one. It writes down what it is asked for, then does what is said here. */
function npmThat(does: string): NodeJS.ProcessEnv {
	const bin = join(home, 'bin');
	mkdirSync(bin, { recursive: true });
	writeFileSync(
		join(bin, 'npm'),
		`#!/bin/sh\necho "$1" >> '${home}/asked'\n[ "$1" = view ] && exit\n${does}\n`,
	);
	chmodSync(join(bin, 'npm'), 0o755);
	return { PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter) };
}

const asked = () => readFileSync(join(home, 'asked'), 'utf8').trim().split('\n');

/** What the real one leaves behind, as far as it is looked at. */
const INSTALLS = `mkdir -p node_modules/.bin && ln -s '${process.execPath}' node_modules/.bin/node`;

describe('An installation into the cache', () => {
	it('is made once', async () => {
		const env = npmThat(INSTALLS);
		const first = install(env);
		expect(await first.ended).toBe(0);
		expect(first.printed).toContain('Installing node');
		const second = install(env);
		expect(await second.ended).toBe(0);
		expect(second.printed).toMatch(/^Ready: .*\n$/);
		expect(asked()).toEqual(['view', 'install']);
	});

	it('that was interrupted is not taken for one: the next run starts over', async () => {
		const interrupted = install(npmThat(`${INSTALLS} && touch '${home}/half' && sleep 600`));
		await until(() => existsSync(join(home, 'half')));
		interrupted.signal('SIGTERM');
		await interrupted.ended;

		const next = install(npmThat(INSTALLS));
		expect(await next.ended).toBe(0);
		expect(next.printed).toContain('was interrupted: starting over');
		expect(next.printed).toContain('Ready: ');
	});

	it('that is ended by Ctrl-C says nothing but that', async () => {
		const command = install(npmThat('sleep 600'));
		await command.prints(/Installing node/);
		command.signal('SIGINT');
		expect(await command.ended).toBe(130);
		expect(command.printed).toMatch(/…\n\nStopping…\nEverything has stopped\.\n$/);
	});

	it.each([
		['a full disk', 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left', 'The disk is full.'],
		[
			'a missing compiler',
			'npm error gyp ERR! stack Error: not found: make',
			'apt-get install -y python3 make g++',
		],
	])('tells %s by what npm printed, and how to get on', async (_, says, told) => {
		const command = install(npmThat(`echo '${says}'; exit 1`));
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('could not be installed.');
		expect(command.printed).toContain(told);
		const [, log = ''] = /said: (.*)\n/.exec(command.printed) ?? [];
		expect(readFileSync(log, 'utf8')).toContain(says);
	});

	it('shows what npm printed when it is nothing known', async () => {
		const command = install(npmThat('echo "npm error what nobody expected"; exit 1'));
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('npm error what nobody expected');
		expect(command.printed).toContain(`delete ${cache()}`);
	});

	it('that cannot reach the registry says so within seconds', async () => {
		const begun = Date.now();
		const command = install({ npm_config_registry: 'http://127.0.0.1:9' });
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('The npm registry cannot be reached. Check the network');
		expect(Date.now() - begun).toBeLessThan(20_000);
	});

	it('says that the cache cannot be written to', async () => {
		writeFileSync(cache(), 'a file where the folder should be');
		const command = install(npmThat(INSTALLS));
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('Name another folder in APIXO_CACHE_DIR');
	});
});
