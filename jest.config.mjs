/**
 * Three projects: `unit` (virtual time, loopback HTTP), `engine` (n8n's own engine on the sandbox), and
 * `matrix` (every fault at every place, in the engine on a fast clock).
 */
const project = (name) => ({
	displayName: name,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/out/'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
});

export default {
	projects: [project('unit'), project('engine'), project('matrix')],
	maxWorkers: 2,
	testTimeout: 30_000,
};
