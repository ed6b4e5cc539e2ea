import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The newest n8n that the registry has; undefined where it does not answer at once. */
export async function newestN8n(): Promise<string | undefined> {
	const impatience = ['--fetch-retries=0', '--fetch-timeout=5000'];
	try {
		const { stdout } = await run('npm', ['view', 'n8n', 'version', ...impatience], {
			shell: process.platform === 'win32',
		});
		return stdout.trim() || undefined;
	} catch {
		return undefined;
	}
}

/** What to say when this project is not tested with the newest n8n. */
export function newestWarning(pinned: string, newest: string | undefined): string | undefined {
	if (newest === undefined || newest === pinned) return undefined;
	return (
		`n8n ${newest} is out, and the tests run on ${pinned}. If it installs ` +
		`(npm run test:e2e -- --n8n ${newest}), raise NEWEST_N8N in harness/n8n/cache.mts.`
	);
}
