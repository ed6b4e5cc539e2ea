/**
 * Installs what is missing, so that every npm script runs on a fresh clone. Plain JavaScript without
 * a dependency, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** npm writes it when an installation is complete: one that was cut off has none. */
const INSTALLED = new URL('../node_modules/.package-lock.json', import.meta.url);
const WANTED = new URL('../package-lock.json', import.meta.url);
const MANIFEST = new URL('../package.json', import.meta.url);

const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET/;

const readJson = (url) => JSON.parse(readFileSync(url, 'utf8'));

/** The Node.js that package.json asks for, such as "20.19", if this one is older. */
function tooOldFor() {
	const needed = readJson(MANIFEST).engines.node.replace('>=', '');
	const [major, minor] = needed.split('.').map(Number);
	const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
	const old = ownMajor < major || (ownMajor === major && ownMinor < minor);
	return old ? needed : undefined;
}

/**
 * By versions, not by the files' times, which change with every switch of branches. Optional packages
 * are left out: those for other platforms are never there.
 */
function isInstalled() {
	if (!existsSync(INSTALLED)) return false;
	const installed = readJson(INSTALLED).packages;
	return Object.entries(readJson(WANTED).packages).every(
		([path, { optional, version }]) =>
			path === '' || optional || (installed[path] && installed[path].version === version),
	);
}

/** Runs npm; gives its exit code and what it printed. */
async function npm(args) {
	// Set by whatever runs this script, which need not be npm.
	const runner = process.env.npm_execpath ?? '';
	const child = /npm-cli\.[cm]?js$/.test(runner)
		? spawn(process.execPath, [runner, ...args], { cwd: CHECKOUT })
		: spawn('npm', args, { cwd: CHECKOUT, shell: process.platform === 'win32' });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text) => (output += text));
	}
	const code = await new Promise((resolve) => {
		child.once('error', (error) => {
			output += error.message;
			resolve(1);
		});
		child.once('close', resolve);
	});
	return { code, output };
}

async function install() {
	// Without a network `npm ci` tries each of a thousand packages for a minute. One question tells.
	const question = await npm(['view', 'typescript', 'version', '--fetch-retries=0']);
	if (question.code !== 0 && NO_NETWORK.test(question.output)) return question;
	// --ignore-scripts: nothing here needs them, and some of them reach for the network.
	return await npm(['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund']);
}

function explain(output) {
	if (NO_NETWORK.test(output)) {
		return 'The package registry cannot be reached. Check the network or the proxy, then try again.';
	}
	if (output.includes('ENOSPC')) {
		return 'The disk is full: the packages for development take about 1.1 GB.';
	}
	const errors = output.split('\n').filter((line) => line.startsWith('npm error'));
	return (errors.length > 0 ? errors : output.split('\n')).slice(0, 20).join('\n');
}

async function setup() {
	const needed = tooOldFor();
	if (needed) {
		const own = process.versions.node;
		console.error(`This needs Node.js ${needed} or newer, and runs on ${own}.`);
		return 1;
	}
	if (isInstalled()) return 0;

	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const line = 'Installing the packages for development (the first time takes a minute or two)…';
	process.stderr.write(line);
	const ticker =
		process.stderr.isTTY &&
		setInterval(() => process.stderr.write(`\r${line} ${seconds()} s`), 1000);
	const { code, output } = await install();
	clearInterval(ticker || undefined);
	process.stderr.write(`${process.stderr.isTTY ? `\r${line}` : ''} ${seconds()} s\n`);
	if (code === 0) return 0;
	console.error(`\nThe installation failed.\n${explain(output)}`);
	return 1;
}

process.exitCode = await setup();
