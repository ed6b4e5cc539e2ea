/**
 * `npm run editor`: a real n8n with this package in it and the sandbox behind it, to build workflows
 * by hand without spending anything. Runs until Ctrl-C.
 */
import { createHash } from 'node:crypto';
import { rm, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../sandbox/index.ts';
import { cacheFolder, ensureN8n, NEWEST_N8N } from '../harness/n8n/cache.mts';
import { N8nClient, OWNER } from '../harness/n8n/client.mts';
import { openAccounts } from '../harness/world/accounts.mts';
import { channels, spreadsheets, wishes } from '../harness/world/furniture.mts';
import { openPage } from '../harness/world/page.mts';
import { startWorld } from '../harness/world/world.mts';
import { CHECKOUT } from '../harness/checkout.ts';
import { packPackage } from '../harness/n8n/package.mts';
import { runScript } from '../harness/n8n/run-script.mts';
import { freePort, isFree, startN8n } from '../harness/n8n/server.mts';
import {
	CREDENTIAL_TYPE,
	importExamples,
	readExamples,
	saveApixoCredential,
} from '../harness/n8n/setup.mts';

const HELP = `Opens a real n8n with this package in it and the APIXO sandbox behind it.

  npm run editor -- [options]

  --n8n <version>   which n8n (default ${NEWEST_N8N}); installed once, into a cache
  --port <number>   where the editor listens (default 5678)
  --fresh           forget the workflows and executions of earlier runs
  --help            this text`;

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			n8n: { type: 'string', default: NEWEST_N8N },
			port: { type: 'string', default: '5678' },
			fresh: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const version = values.n8n;
	const port = Number(values.port);
	if (!/^\d+\.\d+\.\d+$/.test(version)) {
		throw new Error(`--n8n takes a version such as ${NEWEST_N8N}, not "${version}".`);
	}
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Error(`--port takes a number from 1 to 65535, not "${values.port}".`);
	}
	if (!(await isFree(port))) {
		const other = await freePort();
		throw new Error(
			`Port ${port} is taken, perhaps by another n8n. Take another: npm run editor -- --port ${other}`,
		);
	}

	await ensureN8n(version);
	const packageTarball = await packPackage();
	const userFolder = dataFolder(version);
	if (values.fresh) await rm(userFolder, { recursive: true, force: true });
	// n8n lets nodes read and write files only where it is told.
	const files = join(userFolder, 'files');
	await mkdir(files, { recursive: true });

	console.error(`Starting n8n ${version}…`);
	const sandbox = await startSandbox({ verbose: true });
	const world = await startWorld({
		folder: userFolder,
		channels: channels(),
		spreadsheets: spreadsheets(),
	});
	const page = await openPage(world);
	const server = await startN8n({
		version,
		userFolder,
		packageTarball,
		port,
		env: { N8N_RESTRICT_FILE_ACCESS_TO: files, ...world.environment },
	});
	const client = await N8nClient.signIn(server);
	const credential = await saveApixoCredential(client, sandbox);
	const accounts = await openAccounts(client, world);
	const credentials = { ...accounts, [CREDENTIAL_TYPE]: credential };
	const table = await client.dataTable('Videos', wishes());
	const examples = await readExamples(join(CHECKOUT, 'examples'));
	const fresh = await importExamples(client, { credentials, table }, examples);

	console.log(`
n8n ${version} is ready, with this package in it.

  Open       ${server.url}/home/workflows
  Sign in    ${OWNER.email}
             ${OWNER.password}
  Credential "${credential.name}" leads to the sandbox at ${sandbox.baseUrl}: nothing is spent
  Examples   ${fresh.length} new, ${examples.length - fresh.length} kept as you left them
  Outside    ${page.url} shows what reached Slack, Drive, the sheet, Telegram and e-mail
  Files      may be written to ${files}
  Data       ${userFolder}; start with --fresh to forget it

Ctrl-C stops it.
`);
	const end = await server.ended;
	throw new Error(`n8n ${end}. Its log: ${join(userFolder, 'n8n.log')}`);
}

/**
 * One for each version: an n8n does not open a database that a newer one has changed. Outside the checkout, because
 * n8n copies its editor there, which is ours neither to lint nor to build; one for each checkout all the same.
 */
function dataFolder(version: string): string {
	const checkout = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 8);
	return join(cacheFolder(), 'editor', checkout, version);
}

await runScript(main);
