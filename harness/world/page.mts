import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { linkTo } from './drive.mts';
import type { ReceivedFile } from './http.mts';
import type { World } from './world.mts';

/** How often the page looks for news. Milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** The chat that example 9 lets order. */
export const OWN_CHAT = 123456789;

export interface Page {
	url: string;
	close(): Promise<void>;
}

/** Shows in a browser what arrived outside: messages, files that play, rows, e-mails. */
export async function openPage(world: World): Promise<Page> {
	const app = express();
	app.get('/', (_request, response) => void response.send(document(content(world))));
	// The page replaces itself only when there is news, or clips would stop playing.
	app.get('/content', (_request, response) => void response.send(content(world)));
	app.get('/files/:digest', (request, response) => {
		const file = filesOf(world).find((one) => digest(one) === request.params.digest);
		if (file) response.type(file.type).send(file.bytes);
		else response.sendStatus(404);
	});
	app.post('/telegram', express.urlencoded({ extended: false }), async (request, response) => {
		const { text } = request.body as { text?: string };
		if (text) await world.telegram.write(text, OWN_CHAT).catch(() => undefined);
		response.redirect('/');
	});
	const server = http.createServer(app);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function content({ slack, drive, sheets, telegram, mail }: World): string {
	const slackPart = slack.messages.map(
		({ channel, text, buttons, files }) =>
			`<article><b>#${escape(channel)}</b> ${lines(text)}${files.map(video).join('')}${buttons.map(button).join(' ')}</article>`,
	);
	const drivePart = drive.files.map(
		(file) =>
			`<article><b>${escape(file.name)}</b> ${escape(linkTo(file))}${video(file)}</article>`,
	);
	const sheetPart = sheets.spreadsheets.map(
		({ title, rows }) => `<h3>${escape(title)}</h3><table>${rows.map(row).join('')}</table>`,
	);
	const telegramPart = telegram.messages.map(
		({ from, text, video: clip }) =>
			`<article><b>${from}</b> ${lines(text)}${clip ? video(clip) : ''}</article>`,
	);
	const mailPart = mail.messages.map(
		({ to, subject, text }) =>
			`<article><b>${escape(subject ?? '')}</b> to ${escape([to].flat()[0]?.text ?? '')}<br>${lines(text ?? '')}</article>`,
	);
	const parts: Array<[string, string[]]> = [
		['Slack', slackPart],
		['Google Drive', drivePart],
		['Google Sheets', sheetPart],
		['Telegram', telegramPart],
		['E-mail', mailPart],
	];
	return parts
		.map(
			([name, all]) =>
				`<section><h2>${name}</h2>${all.join('') || '<p>Nothing yet.</p>'}</section>`,
		)
		.join('');
}

function document(inside: string): string {
	return `<!doctype html><meta charset="utf-8"><title>What arrived outside</title>
<style>
	body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #222; }
	main { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; align-items: start; }
	article { border: 1px solid #ddd; border-radius: 8px; padding: .7rem; margin: .6rem 0; overflow-wrap: anywhere; }
	video { display: block; max-width: 100%; max-height: 12rem; margin-top: .5rem; }
	section:has(table) { grid-column: 1 / -1; } table { border-collapse: collapse; } td { border: 1px solid #ddd; padding: .2rem .5rem; } td:last-child { overflow-wrap: anywhere; }
</style>
<h1>What arrived outside</h1>
<p>Stand-ins on this machine for Slack, Google, Telegram and a mailbox. Nothing has left it.</p>
<form method="post" action="/telegram"><input name="text" size="60" placeholder="Write to the Telegram bot, once its workflow is published"> <button>Send</button></form>
<main>${inside}</main>
<script>
	const main = document.querySelector('main');
	let shown;
	setInterval(async () => {
		const now = await (await fetch('/content')).text();
		if (shown !== undefined && now !== shown) main.innerHTML = now;
		shown = now;
	}, ${LOOK_EVERY_MS});
</script>`;
}

function filesOf({ slack, drive, telegram }: World): ReceivedFile[] {
	const clips = telegram.messages.flatMap(({ video: clip }) => (clip ? [clip] : []));
	return [...slack.messages.flatMap(({ files }) => files), ...drive.files, ...clips];
}

function digest({ bytes }: ReceivedFile): string {
	return createHash('sha256').update(bytes).digest('hex');
}

function video(file: ReceivedFile): string {
	return `<video controls src="/files/${digest(file)}"></video>${escape(file.name)}`;
}

function button({ label, url }: { label: string; url: string }): string {
	return `<a href="${escape(url)}" target="_blank"><button>${escape(label)}</button></a>`;
}

function row(cells: unknown[]): string {
	return `<tr>${cells.map((cell) => `<td>${escape(String(cell))}</td>`).join('')}</tr>`;
}

function lines(text: string): string {
	return escape(text).replaceAll('\n', '<br>');
}

/** Texts come from outside: none of them becomes markup. */
function escape(text: string): string {
	const entities: Record<string, string> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
	};
	return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
