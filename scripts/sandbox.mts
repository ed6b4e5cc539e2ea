/**
 * `npm run sandbox`: the stand-in for APIXO alone, for workflows in an n8n of your own. Runs until
 * Ctrl-C.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { MAX_CONCURRENT_TASKS, MAX_REQUESTS_PER_MINUTE } from '../nodes/shared/contract.ts';
import {
	eventLine,
	PROMPT_KEYS,
	startSandbox,
	type SandboxEvent,
	type SandboxOptions,
} from '../sandbox/index.ts';
import { likeness, type Likeness } from '../sandbox/like.ts';
import { LIMITERS } from '../sandbox/limiter.ts';
import { brokenRules } from '../sandbox/requests.ts';

const DEFAULT_PORT = '4010';

const HELP = `Starts the APIXO sandbox: build workflows without spending anything.

  npm run sandbox -- [options]

  --port <number>                where it listens on this machine (default ${DEFAULT_PORT}; 0 takes a free one)
  --time-scale <number>          how much faster than the service it is (default 1; try 10)
  --concurrent-tasks <number>    unfinished tasks at once; beyond them it answers 429 (default ${MAX_CONCURRENT_TASKS})
  --requests-per-minute <number> submissions and reads; beyond them it answers 429 (default ${MAX_REQUESTS_PER_MINUTE})
  --limiter <kind>               how they are counted: ${LIMITERS.join(', ')} (default ${LIMITERS[0]})
  --counts-refused               counts requests that it answered with 429, too
  --like <report.json>           answers as the live service did: a report of npm run live
  --help                         this text`;

interface Choices
	extends Pick<
		SandboxOptions,
		'port' | 'timeScale' | 'concurrentTasks' | 'requestsPerMinute' | 'limiter' | 'countsRefused'
	> {
	port: number;
	/** A report of `npm run live`. */
	like?: string;
}

/** undefined when help was asked for. */
function readChoices(): Choices | undefined {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: DEFAULT_PORT },
			'time-scale': { type: 'string', default: '1' },
			'concurrent-tasks': { type: 'string', default: String(MAX_CONCURRENT_TASKS) },
			'requests-per-minute': { type: 'string', default: String(MAX_REQUESTS_PER_MINUTE) },
			limiter: { type: 'string', default: LIMITERS[0] },
			'counts-refused': { type: 'boolean', default: false },
			like: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	const port = Number(values.port || NaN);
	if (!Number.isInteger(port) || port < 0 || port > 65535) {
		throw new Error(`--port takes a number from 0 to 65535, not "${values.port}".`);
	}
	const timeScale = Number(values['time-scale']);
	if (!(timeScale > 0 && timeScale < Infinity)) {
		throw new Error(`--time-scale takes a number above 0, not "${values['time-scale']}".`);
	}
	const limiter = LIMITERS.find((kind) => kind === values.limiter);
	if (limiter === undefined) {
		throw new Error(`--limiter takes ${LIMITERS.join(', ')}, not "${values.limiter}".`);
	}
	const limit = (name: 'concurrent-tasks' | 'requests-per-minute') => {
		const number = Number(values[name]);
		if (Number.isInteger(number) && number > 0) return number;
		throw new Error(`--${name} takes a whole number above 0, not "${values[name]}".`);
	};
	return {
		port,
		timeScale,
		limiter,
		concurrentTasks: limit('concurrent-tasks'),
		requestsPerMinute: limit('requests-per-minute'),
		countsRefused: values['counts-refused'],
		like: values.like,
	};
}

async function start({ like: report, ...options }: Choices) {
	const like = report === undefined ? undefined : await readLikeness(report);
	try {
		const onEvent = (event: SandboxEvent) => console.log(eventLine(event));
		return await startSandbox({ ...options, like, onEvent });
	} catch (error) {
		if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
		const { port } = options;
		throw new Error(
			`Port ${port} is taken, perhaps by another sandbox. Take another: npm run sandbox -- --port ${port + 1}`,
		);
	}
}

/** @throws Error that says what is wrong with the report. */
async function readLikeness(path: string): Promise<Likeness> {
	let report: unknown;
	try {
		report = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		throw new Error(`--like: ${error instanceof Error ? error.message : String(error)}`);
	}
	const read = z.object({ likeness }).safeParse(report);
	if (read.success) return read.data.likeness;
	throw new Error(`--like: ${path} is no report of npm run live: ${brokenRules(read.error)}`);
}

function promptTable(): string {
	const examples = PROMPT_KEYS.map(({ key, value }) => (value ? `${key}=${value}` : key));
	const width = Math.max(...examples.map(({ length }) => length));
	return PROMPT_KEYS.map(
		({ does }, index) => `  ${examples[index]?.padEnd(width)}  ${does.replaceAll('`', '')}`,
	).join('\n');
}

async function main(): Promise<void> {
	const choices = readChoices();
	if (choices === undefined) {
		console.log(HELP);
		return;
	}
	const sandbox = await start(choices);
	const inDocker = sandbox.baseUrl.replace('127.0.0.1', 'host.docker.internal');
	const alike =
		choices.like === undefined ? '' : `, and answers like the service of ${choices.like}`;
	const speed = choices.timeScale === 1 ? '' : `, ${choices.timeScale} times as fast`;
	console.log(`
The APIXO sandbox is ready${speed}${alike}. Nothing here costs money: the balance is play money, and the
videos are samples.

In n8n, make an "APIXO API" credential with

  API Key    ${sandbox.apiKey}
  Base URL   ${sandbox.baseUrl}
             ${inDocker}  when n8n runs in Docker Desktop;
             on Linux, start the container with --network host and take the first

A prompt can script what becomes of its task: A paper boat [sandbox: takes=5s, clips=2]

${promptTable()}

What happens to your tasks shows below. Ctrl-C stops the sandbox.
`);
	await new Promise<void>((resolve) => {
		process.once('SIGINT', resolve);
		process.once('SIGTERM', resolve);
	});
	await sandbox.close();
	console.log('\nThe sandbox has stopped.');
}

try {
	await main();
} catch (error) {
	console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	console.error('See npm run sandbox -- --help.');
	process.exitCode = 1;
}
