import { availableParallelism } from 'node:os';

/**
 * Three projects: `unit` (virtual time, loopback HTTP), `engine` (n8n's own engine on the sandbox), and
 * `matrix` (every fault at every place, in the engine on a fast clock).
 */
const project = (name, setupFilesAfterEnv = []) => ({
	displayName: name,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/out/'],
	setupFilesAfterEnv,
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
});

/** n8n prints nothing, and the files of a test file go with it. */
const ENGINE = ['<rootDir>/harness/engine/quiet.ts', '<rootDir>/harness/engine/teardown.ts'];

export default {
	projects: [project('unit'), project('engine', ENGINE), project('matrix', ENGINE)],
	testSequencer: '<rootDir>/test/sequencer.mjs',
	// Twice as many as the smallest machine has cores: half of the time, a test waits.
	maxWorkers: Math.max(4, availableParallelism() - 1),
	testTimeout: 30_000,
};
