/**
 * `npm test`: everything that needs neither a key nor a server, but for the long `matrix`, counted.
 * `npm test -- unit lint` runs some of it. The last line is always "N passed, N failed".
 */
import { parseArgs } from 'node:util';
import { noTestsIn, type Counts } from './test/counts.mts';
import { runCheck, runJest, runLint, runNodeTests } from './test/runners.mts';

/** All that has imports. */
const HOUSE = ['index.ts', 'credentials', 'nodes', 'sandbox', 'harness', 'scripts', 'test'];

/** One after another, in the order of what fails fastest; `package` looks at what `build` made. */
const STAGES: Record<string, () => Promise<Counts>> = {
	lint: runLint,
	format: async () => await runCheck('prettier', ['--check', '--log-level', 'warn', '.']),
	workflows: async () => await runCheck('tsx', ['scripts/workflows.mts']),
	types: async () => await runCheck('tsc', ['-p', 'tsconfig.check.json']),
	imports: async () => await runCheck('depcruise', ['--no-progress', ...HOUSE]),
	build: async () => await runCheck('n8n-node', ['build']),
	world: async () => await runNodeTests('test/world'),
	package: async () => await runNodeTests('test/package'),
};

/** Projects of jest, in one run beside the stages: many of their tests wait for a server. */
const PROJECTS = ['unit', 'engine', 'matrix'];

/** Take minutes, so somebody has to ask for them. */
const LONG = ['matrix'];

const names = [...Object.keys(STAGES), ...PROJECTS];
const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
	console.error(`Unknown: ${unknown.join(', ')}. There are ${names.join(', ')}.`);
	process.exit(1);
}

const isWanted = (name: string) =>
	positionals.length === 0 ? !LONG.includes(name) : positionals.includes(name);
const lines: string[] = [];
let passed = 0;
let failed = 0;

async function count(name: string, run: () => Promise<Counts>): Promise<void> {
	console.log(`${name} …`);
	const started = Date.now();
	let counts = await run();
	if (counts.passed + counts.failed === 0) counts = noTestsIn(name);
	passed += counts.passed;
	failed += counts.failed;
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
	const mark = counts.failed > 0 ? '✖' : '✔';
	const sums = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
	lines.push(`${mark} ${name.padEnd(20)} ${seconds.padStart(6)} s   ${sums}`);
	console.log(lines.at(-1));
}

async function runStages(): Promise<void> {
	for (const [name, run] of Object.entries(STAGES)) if (isWanted(name)) await count(name, run);
}

async function runProjects(): Promise<void> {
	const projects = PROJECTS.filter(isWanted);
	if (projects.length === 0) return;
	await count(projects.join(', '), async () => await runJest(projects));
}

await Promise.all([runStages(), runProjects()]);
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
