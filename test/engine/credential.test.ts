import { generate, manyPrompts, openBench, type Bench } from '../../harness/engine/bench';
import { TestCredentials } from '../../harness/engine/credentials';
import { apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

describe('The credential', () => {
	it('is read and decrypted once, however many requests the items take', async () => {
		const decrypt = jest.spyOn(TestCredentials.prototype, 'getDecrypted');
		await bench.run(apixoWorkflow(generate()), { input: manyPrompts(10) });
		const { submissionsAccepted, reads } = bench.sandbox.stats();
		expect(submissionsAccepted).toBe(10);
		expect(reads).toBeGreaterThanOrEqual(10);
		expect(decrypt).toHaveBeenCalledTimes(1);
		decrypt.mockRestore();
	});

	it('works with a key that was copied with spaces and a line break', async () => {
		const { apiKey, baseUrl } = bench.sandbox;
		await bench.run(apixoWorkflow(generate()), {
			input: manyPrompts(1),
			credentials: { apixoApi: { apiKey: ` ${apiKey}\n`, baseUrl } },
		});
		expect(bench.sandbox.stats().statusCounts.submit).toEqual({ 200: 1 });
	});
});
