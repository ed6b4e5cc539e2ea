/**
 * `npm run demo`: the examples, run by n8n's own engine with the built package, against the sandbox;
 * or against the real service for whoever sets APIXO_API_KEY and says yes.
 */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { CHECKOUT } from '../harness/checkout.ts';
import { openEngine, type Engine } from './demo/engine.mts';
import { bold, clock, dim, green, red } from './demo/look.mts';
import { HELP, readOrders, type Order } from './demo/orders.mts';
import { openService, type Service } from './demo/service.mts';
import { tellStory } from './demo/story.mts';

type Ending = 'made' | 'failed' | 'stopped';

/** Somebody at a terminal has to agree before money is spent. */
async function agreesToPay(orders: Order[]): Promise<boolean> {
	const clips = orders.map(({ seconds }) => `one video of ${seconds} s`).join(' and ');
	console.log(`APIXO_API_KEY is set, so this uses the ${bold('real service')}.`);
	console.log(`${bold('That costs money:')} ${clips}, charged to the account of this key.`);
	console.log(dim('Unset APIXO_API_KEY to use the free sandbox instead.\n'));
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		console.log('Nobody is at a terminal to say yes, so nothing was sent.');
		return false;
	}
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	const answer = await terminal.question('Go on? (y/N) ');
	terminal.close();
	const agrees = /^y(es)?$/i.test(answer.trim());
	if (!agrees) console.log('Nothing was sent.');
	return agrees;
}

function build(): void {
	process.stdout.write('Building the package … ');
	const started = Date.now();
	const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], {
		cwd: CHECKOUT,
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	if (status !== 0) throw new Error(`The package does not build.\n${stdout}${stderr}`);
	console.log(`${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** Runs one example and tells of it; gives what came of it. */
async function play(order: Order, service: Service, engine: Engine): Promise<Ending> {
	console.log(`\n${bold(`▶ ${order.title}`)}  ${dim(order.file)}`);
	console.log(`  “${order.prompt}”${order.images.map((url) => `\n  ${url}`).join('')}\n`);
	const story = tellStory(service);
	const run = await engine.start(order.workflow, service);
	let stopped = false;
	const stop = () => {
		stopped = true;
		run.stop();
	};
	process.once('SIGINT', stop);
	const result = await run.done;
	process.off('SIGINT', stop);
	story.end();

	if (result.problem) {
		console.log(`\n  ${red('✖')} ${result.problem.split('\n').join('\n    ')}`);
		return stopped ? 'stopped' : 'failed';
	}
	for (const { path, bytes } of result.clips) {
		console.log(`\n  ${green('✔')} ${bold(path)}  ${(bytes / 1000).toFixed(1)} kB`);
	}
	const items = JSON.stringify(result.items, null, 2).split('\n');
	console.log(`\n  What the node gives to the next one:\n  ${dim(items.join('\n  '))}`);
	return result.clips.length > 0 ? 'made' : 'failed';
}

const NEXT = `
${bold('Where to go next')}
  npm run demo -- --prompt "…"    your own words; --image and --duration work too
  npm run editor                  a real n8n with all examples, and with Slack, Google and Telegram behind it
  examples/                       the workflows you just saw, to import into your own n8n
  README.md                       how to install it there
  docs/reference.md               what every field does`;

async function main(): Promise<number> {
	const real = process.env.APIXO_API_KEY?.trim();
	const orders = await readOrders(process.argv.slice(2), Boolean(real));
	if (orders === 'help') {
		console.log(HELP);
		return 0;
	}
	if (real && !(await agreesToPay(orders))) return 1;

	build();
	const service = await openService(real);
	console.log(`\n${service.introduction}`);
	const started = Date.now();
	const engine = await openEngine();
	const endings: Ending[] = [];
	for (const order of orders) {
		endings.push(await play(service.adapt(order), service, engine));
		if (endings.includes('stopped')) break;
	}
	const made = endings.filter((ending) => ending === 'made').length;
	console.log(`\n${bold('Cost')}  ${await service.bill()}`);
	console.log(dim(`${made} of ${orders.length} came out, in ${clock(Date.now() - started)}.`));
	console.log(NEXT);
	await engine.close();
	await service.close();
	return made === orders.length ? 0 : 1;
}

try {
	process.exit(await main());
} catch (error) {
	console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	process.exit(1);
}
