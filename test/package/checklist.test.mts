import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CHECKOUT } from '../../harness/checkout.ts';

const read = async (path: string) => await readFile(join(CHECKOUT, path), 'utf8');

/** The rows of a document's table that name a file of this project. */
async function rows(path: string): Promise<Array<{ rule: string; file: string; name: string }>> {
	return [...(await read(path)).matchAll(/^\| (.+?) +\| (\S+\.m?ts) +\| (.+?) +\|$/gm)].map(
		([, rule = '', file = '', name = '']) => ({ rule, file, name }),
	);
}

describe("the checklist of n8n's verification", async () => {
	const checklist = await rows('docs/verification.md');

	test('has a test for each rule that one can prove', () => {
		assert.ok(checklist.length >= 18, `${checklist.length} rules were read`);
	});

	for (const { rule, file, name } of checklist) {
		test(`${rule}: its test is there`, async () => {
			assert.ok((await read(file)).includes(name), `${file} has no "${name}"`);
		});
	}

	test('comes with a script for a video of less than five minutes', async () => {
		const script = (await read('docs/verification.md')).split('## The video')[1] ?? '';
		const times = [...script.matchAll(/^\| (\d):(\d\d) /gm)].map(
			([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
		);
		assert.ok(times.length > 8);
		assert.deepEqual(
			times,
			[...times].sort((one, other) => one - other),
		);
		assert.ok((times.at(-1) ?? Infinity) < 300);
	});
});

describe('the pages for people who come', () => {
	test('lead from SECURITY.md to tests that are there', async () => {
		const security = await read('SECURITY.md');
		const links = [...security.matchAll(/\]\((test\/[^)]+)\)/g)].map(([, path = '']) => path);
		assert.ok(links.length >= 5);
		for (const path of links) assert.ok((await read(path)).length > 0);
	});

	test('ask for what helps, and warn of the key', async () => {
		const bug = await read('.github/ISSUE_TEMPLATE/bug.yml');
		for (const asked of ["n8n's version", 'How does the node wait?', "The error's text"]) {
			assert.ok(bug.includes(asked), `the form does not ask for "${asked}"`);
		}
		assert.match(bug, /Never paste your API key/);
		assert.doesNotMatch(bug, /label: .*(key|credential)/i);
	});
});
