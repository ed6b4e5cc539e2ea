import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { newestN8n, newestWarning } from '../../harness/n8n/newest.mts';

describe('the newest n8n', () => {
	test('is the one that the tests run on, or else a line says so', async (context) => {
		const warning = newestWarning(NEWEST_N8N, await newestN8n());
		// A warning only: others publish n8n, and no test may fail for it, or for want of a network.
		if (warning !== undefined) context.diagnostic(`WARNING: ${warning}`);
	});

	test('is told of by both versions, and by how to try it', () => {
		const warning = newestWarning('2.41.1', '2.41.3') ?? '';
		for (const part of ['2.41.3 is out', 'run on 2.41.1', '--n8n 2.41.3', 'NEWEST_N8N']) {
			assert.ok(warning.includes(part), `"${warning}" does not say "${part}"`);
		}
		assert.equal(newestWarning('2.41.3', '2.41.3'), undefined);
		assert.equal(newestWarning('2.41.3', undefined), undefined);
	});
});
