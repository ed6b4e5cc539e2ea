/** What one runner did. A check that is no test counts as one. */
export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

export const ONE_PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
export const ONE_FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

/** A runner that finds nothing to run must not look like success. */
export function noTestsIn(name: string): Counts {
	console.error(`"${name}" ran no test.`);
	return ONE_FAILED;
}

/** A runner that ends badly without naming a failed test has failed all the same. */
export function believing(exitCode: number, counts: Counts): Counts {
	return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** The part of jest's `--json` report that counts. */
interface JestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	/** Files that did not even load. Their tests are in no other number. */
	numRuntimeErrorTestSuites: number;
	/** Of each file; `name` is its path. */
	testResults: Array<{ name: string }>;
}

/** Of these projects, each of which has to have run a file. */
export function fromJest(report: string, projects: string[]): Counts {
	const json = JSON.parse(report) as JestReport;
	const ran = (project: string) =>
		json.testResults.some(({ name }) => name.replaceAll('\\', '/').includes(`/test/${project}/`));
	const idle = projects.filter((project) => !ran(project)).map(noTestsIn);
	return {
		passed: json.numPassedTests,
		failed: json.numFailedTests + json.numRuntimeErrorTestSuites + idle.length,
		skipped: json.numPendingTests + json.numTodoTests,
	};
}

/** Reads the lines that node:test ends its report with, such as "# pass 12". */
export function fromNodeTest(report: string): Counts {
	const count = (what: string) =>
		Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
	return {
		passed: count('pass'),
		failed: count('fail') + count('cancelled'),
		skipped: count('skipped') + count('todo'),
	};
}
