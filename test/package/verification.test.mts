import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { CHECKOUT } from '../../harness/checkout.ts';
import { packAndUnpack } from './lib/packed.mts';

/** What n8n runs before it verifies a package. It heeds no eslint-disable comment. */
describe("n8n's verification scanner", () => {
	test('passes the source', async () => {
		await assertPasses(CHECKOUT, SOURCE_FILE_PATTERNS);
	});

	test('passes the packed build', async () => {
		const { folder } = await packAndUnpack();
		await assertPasses(folder, ['**/*.js', 'package.json']);
	});
});

async function assertPasses(folder: string, patterns: string[]): Promise<void> {
	const { passed, message, details } = await analyzePackage(folder, patterns);
	assert.ok(passed, `${message}\n${details ?? ''}`);
	// It passes an empty folder too, with a message.
	assert.equal(message, undefined);
}
