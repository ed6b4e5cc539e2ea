import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type Breaches, readForm, type ReceivedFile, take, unknownCall } from './http.mts';

export interface SlackChannel {
	/** With the letter in front that tells Slack a channel. */
	id: string;
	name: string;
	/** Whether the bot was invited: elsewhere it may not write. */
	hasBot: boolean;
}

export interface SlackMessage {
	/** The channel's name. */
	channel: string;
	text: string;
	/** Names and addresses of its buttons. */
	buttons: Array<{ label: string; url: string }>;
	files: SlackFile[];
}

export interface SlackFile extends ReceivedFile {
	id: string;
	title: string;
}

const button = z.object({ text: z.object({ text: z.string() }), url: z.string().url().optional() });
const block = z.object({
	type: z.string(),
	text: z.object({ text: z.string() }).optional(),
	elements: z.array(button).optional(),
});
const post = z
	.object({ channel: z.string().min(1), text: z.string().max(40_000).optional() })
	.extend({ blocks: z.array(block).max(50).optional(), thread_ts: z.string().optional() })
	.passthrough()
	.refine(({ text, blocks }) => text || blocks, { message: 'no_text' });
const uploadOrder = z.strictObject({
	filename: z.string().min(1),
	length: z.coerce.number().min(1),
});
const uploadEnd = z.strictObject({
	files: z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).min(1),
	channel_id: z.string().optional(),
	initial_comment: z.string().optional(),
	thread_ts: z.string().optional(),
});

/** The parts of Slack's Web API that n8n's Slack node uses to write messages and to share files. */
export class Slack {
	static readonly hosts = ['slack.com', 'files.slack.com'];

	readonly token = `xoxb-${randomUUID()}`;
	readonly channels: SlackChannel[];
	readonly messages: SlackMessage[] = [];
	readonly router: Router;
	private readonly uploads = new Map<string, SlackFile & { announced: number }>();

	constructor(
		private readonly breaches: Breaches,
		channels: SlackChannel[],
	) {
		this.channels = channels;
		const api = express.Router();
		api.use((request, response, next) => {
			// Slack says what is wrong in the body of a 200.
			if (request.headers.authorization === `Bearer ${this.token}`) next();
			else response.json({ ok: false, error: 'invalid_auth' });
		});
		api.use(express.json());
		api.get(
			'/users.profile.get',
			(_request, response) => void response.json({ ok: true, profile: {} }),
		);
		api.get('/conversations.list', (_request, response) => this.list(response));
		api.post('/chat.postMessage', (request, response) => this.post(request, response));
		api.get('/files.getUploadURLExternal', (request, response) => this.announce(request, response));
		api.post('/files.completeUploadExternal', (request, response) => this.share(request, response));
		this.router = express.Router();
		this.router.use('/api', api);
		this.router.post('/upload/v1/:id', (request, response) => this.receive(request, response));
		this.router.use(unknownCall(breaches));
	}

	/** What a person does who presses a button of a message. */
	async press({ buttons }: SlackMessage, label: string): Promise<void> {
		const url = buttons.find((one) => one.label === label)?.url;
		if (!url) throw new Error(`There is no button "${label}".`);
		// n8n gives programs that look at links in advance nothing to press.
		const answer = await fetch(url, {
			headers: { 'user-agent': 'Mozilla/5.0 (X11) Firefox/140.0' },
		});
		if (!answer.ok) throw new Error(`The button "${label}" leads to ${answer.status}.`);
	}

	private list(response: Response): void {
		const channels = this.channels.map(({ id, name }) => ({ id, name, is_channel: true }));
		response.json({ ok: true, channels, response_metadata: { next_cursor: '' } });
	}

	private post(request: Request, response: Response): void {
		const given = this.take(post, request.body, request, response);
		if (!given) return;
		// Messages may name a public channel; files need its ID.
		const name = given.channel.replace(/^#/, '');
		const channel = this.channels.find((one) => one.id === name || one.name === name);
		if (!this.mayWrite(channel, response)) return;
		const blocks = given.blocks ?? [];
		const said = blocks.map(({ text }) => text?.text.trim()).filter(Boolean);
		const buttons = blocks
			.flatMap(({ elements = [] }) => elements)
			.map(({ text, url = '' }) => ({ label: text.text, url }));
		const text = given.text ?? said.join('\n');
		this.messages.push({ channel: channel.name, text, buttons, files: [] });
		const ts = timestamp();
		response.json({ ok: true, channel: channel.id, ts, message: { type: 'message', text, ts } });
	}

	private announce(request: Request, response: Response): void {
		const given = this.take(uploadOrder, request.query, request, response);
		if (!given) return;
		const id = `F${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`;
		const file = {
			id,
			name: given.filename,
			title: given.filename,
			type: '',
			bytes: Buffer.alloc(0),
		};
		this.uploads.set(id, { ...file, announced: given.length });
		response.json({ ok: true, upload_url: `https://files.slack.com/upload/v1/${id}`, file_id: id });
	}

	private async receive(request: Request, response: Response): Promise<void> {
		const upload = this.uploads.get(String(request.params.id));
		const form = await readForm(request);
		const [file] = Object.values(form.files);
		if (!upload || !file) return void response.status(404).send('no such upload');
		if (file.bytes.length !== upload.announced) {
			this.breaches.push(
				`${upload.name}: ${file.bytes.length} bytes came, not ${upload.announced}`,
			);
			return void response.status(400).send('length does not match');
		}
		Object.assign(upload, { type: file.type, bytes: file.bytes });
		response.send(`OK - ${file.bytes.length}`);
	}

	private share(request: Request, response: Response): void {
		const given = this.take(uploadEnd, request.body, request, response);
		if (!given) return;
		const channel = this.channels.find(({ id }) => id === given.channel_id);
		if (!this.mayWrite(channel, response)) return;
		const files: SlackFile[] = [];
		for (const { id, title } of given.files) {
			const upload = this.uploads.get(id);
			if (!upload || upload.bytes.length === 0) {
				return void response.json({ ok: false, error: 'file_not_found' });
			}
			const { name, type, bytes } = upload;
			files.push({ id, name, type, bytes, title: title ?? name });
		}
		const text = given.initial_comment ?? '';
		this.messages.push({ channel: channel.name, text, buttons: [], files });
		response.json({ ok: true, files: files.map(({ id, title }) => ({ id, title })) });
	}

	private mayWrite(channel: SlackChannel | undefined, response: Response): channel is SlackChannel {
		if (channel?.hasBot) return true;
		response.json({ ok: false, error: channel ? 'not_in_channel' : 'channel_not_found' });
		return false;
	}

	private take<Schema extends z.ZodTypeAny>(
		schema: Schema,
		value: unknown,
		request: Request,
		response: Response,
	): z.output<Schema> | undefined {
		const refuse = () => void response.json({ ok: false, error: 'invalid_arguments' });
		return take(schema, value, this.breaches, request, refuse);
	}
}

/** Slack's name for a message: seconds with six digits behind the point. */
function timestamp(): string {
	return `${(Date.now() / 1000).toFixed(3)}000`;
}
