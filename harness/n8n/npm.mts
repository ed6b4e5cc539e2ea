/** npm as the installations into the cache use it, and what its failures mean. */
import { startProcess } from './process.mts';

/** How long the registry may take to answer one question. Milliseconds. */
const REGISTRY_ANSWERS_WITHIN_MS = 20_000;

/**
 * Runs npm in a folder; what it prints is added to `<folder>.log`. Only its warnings tell of a full disk.
 *
 * @throws Error with what it printed when it fails.
 */
export async function npm(folder: string, args: string[], path: string | undefined): Promise<void> {
	// Settings of the npm that runs this script would reach the npm that it starts.
	const settings = /^npm_(?!config_(registry|cache|userconfig|proxy|https_proxy|cafile)$)/i;
	const env = Object.fromEntries(
		Object.entries(process.env).filter(([key]) => !settings.test(key)),
	);
	const child = startProcess({
		name: 'npm',
		command: 'npm',
		args: [...args, '--no-audit', '--no-fund', '--loglevel=warn'],
		cwd: folder,
		env: { ...env, PATH: path },
		logFile: `${folder}.log`,
	});
	const end = await child.ended;
	if (end !== 'ended (exit code 0)') {
		throw new Error(`npm ${args.join(' ')} ${end}\n${child.log().trim()}`);
	}
}

/**
 * Asks the registry one question. Without a network an installation would try for more than a minute.
 *
 * @throws Error with what npm printed when no answer comes.
 */
export async function registryAnswers(folder: string, path: string | undefined): Promise<void> {
	const impatience = [`--fetch-timeout=${REGISTRY_ANSWERS_WITHIN_MS}`, '--fetch-retries=0'];
	await npm(folder, ['view', 'n8n', 'name', ...impatience], path);
}

/** How a connection fails, in the words of Node.js and npm. */
const UNREACHABLE =
	'(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|network timeout)';

/** The few things that go wrong, told by what npm printed; the first that matches is meant. */
const CAUSES: ReadonlyArray<readonly [RegExp, string]> = [
	[/ENOSPC/, 'The disk is full. Free some space, or name another folder in APIXO_CACHE_DIR.'],
	[/spawn npm ENOENT/, 'npm is not on the PATH. It comes with Node.js.'],
	[
		new RegExp(`gyp ERR!.*(network connectivity|${UNREACHABLE})`),
		"n8n's database driver, sqlite3, has to be compiled, and the headers of Node.js that this takes " +
			'cannot be fetched from nodejs.org. Check the network, or name a folder that has them: ' +
			'npm config set nodedir <folder>',
	],
	[
		/gyp ERR!|not found: make|Could not locate the bindings file|Cannot find module.*node_sqlite3/s,
		"n8n's database driver, sqlite3, has to be compiled, and that failed. It takes Python 3, make " +
			'and a C++ compiler; on Debian and Ubuntu: sudo apt-get install -y python3 make g++',
	],
	[
		new RegExp(UNREACHABLE),
		'The npm registry cannot be reached. Check the network and "npm ping".',
	],
];

/** What went wrong in an installation into a folder, and how to get on. */
export function explain(error: unknown, folder: string): string {
	const text = error instanceof Error ? error.message : String(error);
	const cause = CAUSES.find(([pattern]) => pattern.test(text))?.[1];
	if (cause) return `${cause}\nThen run this again. All that npm said: ${folder}.log`;
	const log = text.split('\n').slice(-25).join('\n    ');
	return `If it fails again, delete ${folder} first.\n    ${log}`;
}
