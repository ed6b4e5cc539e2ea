import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type Breaches, readForm, type ReceivedFile, take, unknownCall } from './http.mts';

export interface TelegramMessage {
	chat: string;
	from: 'bot' | 'person';
	text: string;
	video?: ReceivedFile;
}

const chat = z.coerce.string().min(1);
const text = z.object({ chat_id: chat, text: z.string().min(1).max(4096) }).passthrough();
/** A caption has a limit of its own. */
const video = z.object({ chat_id: chat, caption: z.string().max(1024).optional() }).passthrough();
const webhook = z
	.object({ url: z.string().url(), secret_token: z.string().regex(/^[\w-]{1,256}$/) })
	.passthrough();

/** The parts of Telegram's Bot API that n8n's nodes use to take messages and to answer them. */
export class Telegram {
	static readonly hosts = ['api.telegram.org'];

	readonly token = `1234567890:${randomUUID()}`;
	readonly messages: TelegramMessage[] = [];
	readonly router: Router;
	private hook: z.output<typeof webhook> | undefined;
	private updates = 0;

	constructor(private readonly breaches: Breaches) {
		const bot = express.Router();
		bot.use(express.json());
		bot.post('/getWebhookInfo', (_request, response) =>
			ok(response, { url: this.hook?.url ?? '' }),
		);
		bot.post('/setWebhook', (request, response) => this.setWebhook(request, response));
		bot.post('/deleteWebhook', (_request, response) => {
			this.hook = undefined;
			ok(response, true);
		});
		bot.get('/getMe', (_request, response) => ok(response, { id: 1, is_bot: true }));
		bot.post('/sendMessage', (request, response) => this.sendMessage(request, response));
		bot.post('/sendVideo', (request, response) => this.sendVideo(request, response));
		this.router = express.Router();
		this.router.use('/bot:token', (request, response, next) => {
			if (request.params.token === this.token) bot(request, response, next);
			else refuse(response, 401, 'Unauthorized');
		});
		this.router.use(unknownCall(breaches));
	}

	/** What a person does who writes to the bot. Resolves to the status that the webhook answered. */
	async write(words: string, chatId = 4711): Promise<number> {
		return await this.send({ text: words }, chatId);
	}

	/** The same with a message of any kind, such as one that holds a photo and no text. */
	async send(content: { text?: string; [kind: string]: unknown }, chatId: number): Promise<number> {
		if (!this.hook) throw new Error('The bot has no webhook: its workflow is not active.');
		this.messages.push({ chat: String(chatId), from: 'person', text: content.text ?? '' });
		const from = { id: chatId, is_bot: false, first_name: 'Petra' };
		const message = {
			message_id: ++this.updates,
			from,
			chat: { id: chatId, type: 'private', first_name: from.first_name },
			date: Math.floor(Date.now() / 1000),
			...content,
		};
		const answer = await fetch(this.hook.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-telegram-bot-api-secret-token': this.hook.secret_token,
			},
			body: JSON.stringify({ update_id: this.updates, message }),
		});
		return answer.status;
	}

	/** Telegram itself takes https only; here n8n listens on loopback, without a certificate. */
	private setWebhook(request: Request, response: Response): void {
		const given = this.take(webhook, request.body, request, response);
		if (!given) return;
		this.hook = given;
		ok(response, true);
	}

	private sendMessage(request: Request, response: Response): void {
		const given = this.take(text, request.body, request, response);
		if (!given) return;
		this.messages.push({ chat: given.chat_id, from: 'bot', text: given.text });
		ok(response, this.sent(given.chat_id, { text: given.text }));
	}

	private async sendVideo(request: Request, response: Response): Promise<void> {
		const form = await readForm(request);
		const given = this.take(video, form.fields, request, response);
		if (!given) return;
		const file = form.files.video;
		if (!file) return refuse(response, 400, 'Bad Request: there is no video in the request');
		const caption = given.caption ?? '';
		this.messages.push({ chat: given.chat_id, from: 'bot', text: caption, video: file });
		const { name: file_name, type: mime_type } = file;
		ok(response, this.sent(given.chat_id, { caption, video: { file_name, mime_type } }));
	}

	private sent(chatId: string, content: object): object {
		return {
			message_id: ++this.updates,
			chat: { id: Number(chatId), type: 'private' },
			...content,
		};
	}

	private take<Schema extends z.ZodTypeAny>(
		schema: Schema,
		value: unknown,
		request: Request,
		response: Response,
	): z.output<Schema> | undefined {
		const refused = (why: string) => refuse(response, 400, `Bad Request: ${why}`);
		return take(schema, value, this.breaches, request, refused);
	}
}

function ok(response: Response, result: unknown): void {
	response.json({ ok: true, result });
}

function refuse(response: Response, code: number, description: string): void {
	response.status(code).json({ ok: false, error_code: code, description });
}
