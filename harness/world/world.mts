import { writeFileSync, readFileSync, existsSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express, { type Router } from 'express';
import { makeCertificates } from './certificates.mts';
import { Drive } from './drive.mts';
import { GoogleAccount } from './google.mts';
import { type Breaches, unknownCall } from './http.mts';
import { Mail } from './mail.mts';
import { OpenAi } from './openai.mts';
import { Sheets, type Spreadsheet } from './sheets.mts';
import { Slack, type SlackChannel } from './slack.mts';
import { Telegram } from './telegram.mts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'redirect.mjs')).href;

export interface WorldOptions {
	/** For the certificate that n8n reads, and for notes about what it was refused. */
	folder: string;
	channels: SlackChannel[];
	spreadsheets: Spreadsheet[];
}

/**
 * The outside world of an n8n that never leaves this machine: the services that the examples write to, with what
 * they were given.
 */
export interface World {
	readonly slack: Slack;
	readonly google: GoogleAccount;
	readonly drive: Drive;
	readonly sheets: Sheets;
	readonly telegram: Telegram;
	readonly openAi: OpenAi;
	readonly mail: Mail;
	/** What n8n has to be started with to live in this world. */
	readonly environment: Record<string, string>;
	/** Requests that the real services would not have taken. */
	readonly breaches: readonly string[];
	/** The hosts that n8n wanted to reach and that nothing stands in for, each as often as it was asked for. */
	refused(): string[];
	close(): Promise<void>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
	const breaches: Breaches = [];
	const google = new GoogleAccount(breaches);
	const slack = new Slack(breaches, options.channels);
	const drive = new Drive(breaches, google);
	const sheets = new Sheets(breaches, google, options.spreadsheets);
	const telegram = new Telegram(breaches);
	const openAi = new OpenAi(breaches);
	const routers = new Map<string, Router>([
		...Slack.hosts.map((host) => [host, slack.router] as const),
		...GoogleAccount.hosts.map((host) => [host, google.router] as const),
		...Drive.hosts.map((host) => [host, drive.router] as const),
		...Sheets.hosts.map((host) => [host, sheets.router] as const),
		...Telegram.hosts.map((host) => [host, telegram.router] as const),
		...OpenAi.hosts.map((host) => [host, openAi.router] as const),
	]);
	const hosts = [...routers.keys()];
	const certificates = await makeCertificates([...hosts, 'localhost']);
	const mail = await Mail.start(certificates);

	const app = express();
	app.disable('x-powered-by');
	app.use((request, response, next) => {
		const router = routers.get(request.hostname) ?? unknownCall(breaches);
		router(request, response, next);
	});
	const { certificate: cert, key } = certificates;
	const server = https.createServer({ cert, key }, app);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;

	const authorityFile = join(options.folder, 'outside-world.pem');
	const refusedFile = join(options.folder, 'refused-hosts.txt');
	writeFileSync(authorityFile, certificates.authority);
	writeFileSync(refusedFile, '');
	return {
		...{ slack, google, drive, sheets, telegram, openAi, mail, breaches },
		environment: {
			NODE_EXTRA_CA_CERTS: authorityFile,
			NODE_OPTIONS: `--import ${PRELOAD}`,
			OUTSIDE_WORLD: JSON.stringify({ hosts, port, refusedFile }),
		},
		refused: () => {
			const notes = existsSync(refusedFile) ? readFileSync(refusedFile, 'utf8') : '';
			return notes.split('\n').filter(Boolean);
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await mail.close();
		},
	};
}
