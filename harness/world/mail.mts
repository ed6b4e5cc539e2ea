import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { Certificates } from './certificates.mts';

export interface MailAccount {
	host: string;
	port: number;
	user: string;
	password: string;
}

/** A mailbox that takes whatever its one account sends, over TLS. */
export class Mail {
	readonly messages: ParsedMail[] = [];

	private constructor(
		readonly account: MailAccount,
		private readonly server: SMTPServer,
	) {}

	static async start({ certificate, key }: Certificates): Promise<Mail> {
		const password = randomUUID();
		const user = 'marketing@example.com';
		const server = new SMTPServer({
			secure: true,
			cert: certificate,
			key,
			onAuth: ({ username, password: given }, _session, done) => {
				const isRight = username === user && given === password;
				done(isRight ? null : new Error('Invalid username or password'), { user });
			},
			onData: (stream, _session, done) => {
				simpleParser(stream)
					.then((message) => mail.messages.push(message))
					.then(() => done(), done);
			},
		});
		// n8n's side may hang up in the middle, which concerns nobody else.
		server.on('error', () => {});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.server.address() as AddressInfo;
		const mail = new Mail({ host: 'localhost', port, user, password }, server);
		return mail;
	}

	async close(): Promise<void> {
		await new Promise<void>((resolve) => this.server.close(resolve));
	}
}
