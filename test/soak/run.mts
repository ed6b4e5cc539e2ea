/**
 * `npm run soak`: mixed load on a real n8n for half an hour (`--minutes` says otherwise). All that is paid for
 * has to come out, once, and n8n must hold no more at the end than at the beginning.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../sandbox/index.ts';
import { NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { N8nClient } from '../../harness/n8n/client.mts';
import { packPackage } from '../../harness/n8n/package.mts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { startN8n } from '../../harness/n8n/server.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { Probe, PROBED } from '../../harness/probe/probe.mts';
import { MixedLoad } from './load.mts';
import { growth, HEADER, leftOver, MB, row, type Sample } from './samples.mts';
import { Stage } from './stage.mts';
import { called, clips } from './workflows.mts';

/** Callbacks have to be answered within 30 s, which are 5 s here. */
const TIME_SCALE = 6;

/** By then connections that n8n keeps alive are closed, and the deadlines of calls have passed. Milliseconds. */
const REST_MS = 40_000;

/** What the heap may grow by, at rest and under load, n8n's own growth included. Bytes */
const MAX_GROWTH = 5 * MB;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
	console.error(`--minutes takes a number above 0, not "${values.minutes}".`);
	process.exit(1);
}

const sandbox = await startSandbox({ timeScale: TIME_SCALE, balance: 1_000 });
/** For one execution that lasts as long as the soak, and so does its signal for Stop. */
const endless = await startSandbox({ timeScale: TIME_SCALE });
const server = await startN8n({
	version: NEWEST_N8N,
	userFolder: temporaryFolder('soak'),
	packageTarball: await packPackage(),
	env: { ...PROBED, N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' },
});
const n8n = await N8nClient.signIn(server);
const stage = new Stage(n8n, sandbox, await saveApixoCredential(n8n, sandbox));
const load = await MixedLoad.prepare(stage);
const options = { pollInterval: 0.2, timeout: 1_000_000 };
const endlessCredential = await saveApixoCredential(n8n, endless, 'Endless');
await stage.activate(called('endless', clips(endlessCredential, { options })));

await load.playRound();
const began = Date.now();
const seconds = () => (Date.now() - began) / 1000;
const now = () => ({ seconds: seconds(), executions: stage.executions });
const probe = new Probe(server);
const atRest = async () => {
	await delay(REST_MS);
	const taken = { ...now(), ...(await probe.allHoldings()) };
	console.log(row(taken));
	return taken;
};

console.log(HEADER);
const before = await atRest();
const watching = await stage.call(
	'endless',
	['for ever', 'and ever'].map((text) => `${text} [sandbox: never-ends]`),
);
const samples: Sample[] = [];
const end = seconds() + minutes * 60;
while (seconds() < end) {
	await load.playRound();
	const taken = { ...now(), ...(await probe.holdings()) };
	console.log(row(taken));
	samples.push(taken);
}
await n8n.stop(watching);
const stopped = await stage.ended(watching);
const looks = endless.stats().reads;
const after = await atRest();

const log = await readFile(join(server.userFolder, 'n8n.log'), 'utf8');
await server.stop();
await Promise.all([sandbox.close(), endless.close()]);

const atRestBy = after.heapUsed - before.heapUsed;
const underLoadBy = growth(samples, 'heapUsed');
const mb = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;
const troubles = [
	...load.troubles,
	...leftOver(before, after),
	...(log.match(/^.*MaxListenersExceeded.*$/gm) ?? []),
	...(stopped.status === 'canceled' ? [] : [`The endless execution ended as ${stopped.status}`]),
	...(endless.stats().reads === looks ? [] : ['The endless execution went on after Stop']),
	...(atRestBy < MAX_GROWTH ? [] : [`The heap keeps ${mb(atRestBy)}`]),
	...(underLoadBy < MAX_GROWTH ? [] : [`The heap grows by ${mb(underLoadBy)} under load`]),
];
console.log(`
${load.rounds} rounds, ${stage.executions} executions, ${load.tasks} tasks, ${load.requests} requests
Longest turns: ${load.longestTurns()}
One execution looked ${looks} times at two tasks that do not end, until it was stopped.
The heap has grown by ${mb(atRestBy)} at rest, ${(atRestBy / stage.executions / 1024).toFixed(1)} kB for each execution; and by ${mb(underLoadBy)} over the last two thirds of the load.
Resident memory has grown by ${mb(growth(samples, 'rss'))} in that time.
${troubles.length === 0 ? 'Memory is flat, nothing is left open, nothing was lost or paid twice.' : troubles.join('\n')}`);
process.exit(troubles.length === 0 ? 0 : 1);
