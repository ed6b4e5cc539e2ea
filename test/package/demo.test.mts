import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../harness/checkout.ts';

const run = promisify(execFile);

test('`npm run demo` makes two videos that play, and leaves them in out/', async () => {
	const script = join(CHECKOUT, 'scripts', 'demo.mts');
	const { APIXO_API_KEY: _, ...env } = process.env;
	const { stdout } = await run(process.execPath, ['--import', 'tsx', script], {
		cwd: CHECKOUT,
		env,
		timeout: 120_000,
	});
	assert.match(stdout, /2 of 2 came out/);
	const files = [...stdout.matchAll(/out\/task_\w+\.mp4/g)].map(([file]) => file);
	assert.equal(files.length, 2, stdout);
	for (const file of files) {
		const clip = await readFile(join(CHECKOUT, file));
		assert.equal(clip.subarray(4, 8).toString(), 'ftyp');
	}
});
