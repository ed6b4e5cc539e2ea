/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHECKOUT } from '../../../harness/checkout';
import { Command } from '../lib/command';

jest.setTimeout(60_000);

const CHANGELOG = `# Changelog

All notable changes of this package.

## [Unreleased]

### Added

- A parameter **Speed**.
`;

const README = `## Install

<!-- until the first release -->

Build it yourself.

<!-- /until the first release -->

1. Click **Install**.
`;

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-apixo-release-'));
	write('package.json', JSON.stringify({ name: 'a-package', version: '0.2.0' }, null, '\t'));
	write('CHANGELOG.md', CHANGELOG);
	write('README.md', README);
	git('init', '--quiet', '--initial-branch', 'main');
	git('config', 'user.name', 'Somebody');
	git('config', 'user.email', 'somebody@example.com');
	commit('All of it');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const git = (...args: string[]) =>
	// eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- never published
	execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
const commit = (message: string) => {
	git('add', '--all');
	git('commit', '--quiet', '--message', message);
};

/** As npm starts it in the folder of a package. */
async function release(...args: string[]): Promise<{ code: number | null; printed: string }> {
	const tsx = join(CHECKOUT, 'node_modules/tsx/dist/loader.mjs');
	const script = join(CHECKOUT, 'scripts/release.mts');
	const command = new Command(process.execPath, ['--import', tsx, script, ...args], {}, folder);
	return { code: await command.ended, printed: command.printed };
}

describe('npm run release', () => {
	it('does nothing on a dry run but tell what it would do', async () => {
		const before = git('rev-parse', 'HEAD');
		const { code, printed } = await release('minor', '--dry-run');
		expect(printed).toContain('Version 0.3.0');
		expect(printed).toContain('A parameter **Speed**');
		expect(printed).toContain('Nothing was done');
		expect(code).toBe(0);
		expect(git('status', '--porcelain')).toBe('');
		expect([git('rev-parse', 'HEAD'), git('tag')]).toEqual([before, '']);
	});

	it('gives the changes a version and a date, and begins new ones', async () => {
		const { code, printed } = await release('0.3.0');
		expect(printed).toContain('git push --atomic origin main 0.3.0');
		expect(code).toBe(0);
		const today = new Date().toISOString().slice(0, 10);
		const dated = `## [Unreleased]\n\n## [0.3.0] - ${today}\n\n### Added`;
		expect(read('CHANGELOG.md')).toBe(CHANGELOG.replace('## [Unreleased]\n\n### Added', dated));
		expect(JSON.parse(read('package.json'))).toMatchObject({ version: '0.3.0' });
		expect(git('status', '--porcelain')).toBe('');
		expect(git('rev-list', '-n', '1', '0.3.0')).toBe(git('rev-parse', 'HEAD'));
		expect(git('tag', '--list', '--format', '%(contents)')).toContain('### Added');
	});

	it('takes from the README what holds only until there is a release', async () => {
		await release('minor', '--dry-run');
		expect(read('README.md')).toBe(README);
		await release('0.3.0');
		expect(read('README.md')).toBe('## Install\n\n1. Click **Install**.\n');
	});

	it('releases again what came after a release', async () => {
		await release('0.3.0');
		const twice = await release('patch');
		expect(twice).toMatchObject({ code: 1 });
		expect(twice.printed).toContain('CHANGELOG.md has nothing under "## [Unreleased]"');
		write(
			'CHANGELOG.md',
			read('CHANGELOG.md').replace('[Unreleased]\n', '[Unreleased]\n\n### Fixed\n\n- Speed.\n'),
		);
		commit('Faster');
		expect(await release('patch')).toMatchObject({ code: 0 });
		const headings = read('CHANGELOG.md').match(/^## .*$/gm);
		expect(headings).toEqual([
			'## [Unreleased]',
			expect.stringMatching(/^## \[0\.3\.1\] - /),
			expect.stringMatching(/^## \[0\.3\.0\] - /),
		]);
	});

	it('takes the version of package.json when none is given and it is not out yet', async () => {
		expect((await release('--dry-run')).printed).toContain('Version 0.2.0');
	});

	it('refuses a tree with changes', async () => {
		write('new.txt', 'not committed');
		expect(await release('minor', '--dry-run')).toMatchObject({
			code: 1,
			printed: expect.stringContaining('Commit or undo what has changed first:\n?? new.txt'),
		});
	});

	it('refuses another branch', async () => {
		git('switch', '--quiet', '--create', 'mine');
		const { code, printed } = await release('minor', '--dry-run');
		expect([code, printed]).toEqual([
			1,
			expect.stringContaining('made from main, and this is mine'),
		]);
	});

	it.each([
		['a tag that exists', '0.4.0', 'The tag 0.4.0 exists'],
		['a version that is not higher than the last one', '0.3.9', 'not higher than 0.4.0'],
		['what is no version', 'next', 'A version looks like 1.2.3'],
		['a version with a v', 'v1.0.0', 'A version looks like 1.2.3'],
	])('refuses %s', async (_, version, reason) => {
		git('tag', '0.4.0');
		const { code, printed } = await release(version, '--dry-run');
		expect([code, printed]).toEqual([1, expect.stringContaining(reason)]);
	});

	it('refuses a version lower than that of package.json', async () => {
		const { code, printed } = await release('0.1.9', '--dry-run');
		expect([code, printed]).toEqual([1, expect.stringContaining('lower than 0.2.0')]);
	});
});
