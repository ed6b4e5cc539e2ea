/**
 * `npm run live`: holds the live service against `contract.ts`, for less than a dollar, and writes a
 * report. Asks before it spends.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { DEFAULT_BASE_URL } from '../nodes/shared/contract.ts';
import { readBalance } from './live/balance.mts';
import { Check } from './live/check.mts';
import { fetchDocuments } from './live/documents.mts';
import { follow } from './live/follow.mts';
import { askForbidden, askWrongly } from './live/free.mts';
import { tryIdempotency } from './live/idempotency.mts';
import { HELP, readOptions, type LiveOptions } from './live/options.mts';
import { lookAtClip, orderClips } from './live/paid.mts';
import { summary, verdicts, writeReport } from './live/report.mts';
import { Stopped } from './live/wire.mts';

function plan(options: LiveOptions): string {
	const { baseUrl, free, task, idempotency, maxCost } = options;
	const where = baseUrl === DEFAULT_BASE_URL ? 'the real APIXO service' : baseUrl;
	const steps = stepsOf(options);
	const cost =
		free || task
			? ''
			: idempotency
				? '\nAPIXO publishes no price for these videos.\n'
				: `\nAPIXO publishes no price for these videos. It orders nothing more once $${maxCost} are gone (--max-cost).\n`;
	return `This checks ${where}:\n${steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')}\n${cost}`;
}

function stepsOf({ task, idempotency, free, callback }: LiveOptions): string[] {
	if (task) return [`follows task ${task}, which is ordered already; costs nothing`];
	if (idempotency) {
		return [
			'reads the balance; costs nothing',
			'orders one video of 5 s with one idempotency key, twice, and waits for it: that costs money, for two videos if the key is not heeded',
		];
	}
	return [
		'reads the balance, asks with a wrong key and for an unknown task; costs nothing',
		...(free
			? []
			: [
					'orders three videos that the documentation forbids, which are to be refused; those that are not cost money',
					'orders two videos of 5 s, one from a text and one from a picture, and fetches them: that costs money',
					...(callback ? [`waits for the callback of the second one at ${callback.url}`] : []),
				]),
		'fetches three public documents of the vendor',
	];
}

async function agrees({ yes, free, task }: LiveOptions): Promise<boolean> {
	if (yes || free || task) return true;
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		console.log(
			'Nobody is at a terminal to say yes, so nothing was sent. --yes says it beforehand.',
		);
		return false;
	}
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	const answer = await terminal.question('Go on? (y/N) ');
	terminal.close();
	const yesSaid = /^y(es)?$/i.test(answer.trim());
	if (!yesSaid) console.log('Nothing was sent.');
	return yesSaid;
}

/** Everything that was agreed to, as far as it goes. */
async function run(check: Check): Promise<void> {
	const { options, cutShort } = check;
	if (options.task !== undefined) {
		check.open.add(options.task);
		check.secrets.others.push(options.task);
		const followed = await follow(check, options.task, { title: 'A task of an earlier run' });
		if (followed) await lookAtClip(check, followed);
		return;
	}
	check.tell('The balance …');
	check.firstBalance = await readBalance(check);
	const { answer } = check.wire.last;
	if (check.firstBalance === undefined) {
		cutShort.push(whyNoBalance(answer));
		return;
	}
	if (options.idempotency) return await tryIdempotency(check);
	await askWrongly(check);
	if (!options.free && check.firstBalance <= 0) {
		cutShort.push(
			'The balance is empty: top it up in the APIXO console, then run this again. Nothing was ordered.',
		);
	} else if (!options.free) {
		await askForbidden(check);
		if (!check.unknownOrder) await orderClips(check);
	}
	check.documents = await fetchDocuments(
		options.baseUrl,
		join(options.out, 'documents'),
		check.stop,
	);
}

function whyNoBalance(answer: Check['wire']['last']['answer']): string {
	if ('failure' in answer) {
		return `The service could not be reached (${answer.failure}), so nothing was asked of it. Check the network and --base-url.`;
	}
	const { status, body } = answer;
	const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
	return status === 401 || code === 401
		? 'The service does not know this API key, so nothing was ordered. Check APIXO_API_KEY; keys are made in the APIXO console.'
		: 'The answer to the question for the balance made no sense, so nothing was ordered. Check --base-url, and see the report.';
}

function howToGoOn(check: Check): string[] {
	return [...check.open].map(
		(taskId) =>
			`Task ${taskId} is ordered and paid for, and its end was not seen. Go on with it, at no further cost:\n  npm run live -- --task ${taskId}\nor in n8n: "Video → Get" with this task ID.`,
	);
}

async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2), process.env);
	if (options === 'help') {
		console.log(HELP);
		return 0;
	}
	console.log(plan(options));
	if (!(await agrees(options))) return 1;

	const interrupt = new AbortController();
	process.once('SIGINT', () => {
		console.log('\nStopping. An order under way is waited for, so that its task ID is not lost …');
		interrupt.abort();
	});
	const check = new Check(options, interrupt.signal);
	try {
		await run(check);
	} catch (error) {
		if (!(error instanceof Stopped) && !interrupt.signal.aborted) throw error;
		check.cutShort.push('It was stopped by Ctrl-C.');
	} finally {
		for (const line of howToGoOn(check)) console.log(`\n${line}`);
	}
	const report = await writeReport(check);
	console.log(`\n${summary(report)}`);
	for (const { part, what, expected, seen, verdict } of [
		...verdicts(report, 'differs'),
		...verdicts(report, 'new field'),
	]) {
		console.log(
			`  ${verdict === 'differs' ? '✖' : '✚'} ${part}, ${what}: ${seen}; the contract: ${expected}`,
		);
	}
	for (const why of check.cutShort) console.log(`\n${why}`);
	console.log(
		`\nThe report: ${join(options.out, 'report.md')} (for an issue), ${join(options.out, 'report.json')} (for npm run sandbox -- --like)`,
	);
	if (interrupt.signal.aborted) return 130;
	return check.cutShort.length > 0 ? 1 : 0;
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	console.error('See npm run live -- --help.');
	process.exitCode = 1;
}
