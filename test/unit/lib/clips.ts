/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { Readable, Writable } from 'stream';
import { pipeline } from 'stream/promises';

import type { IBinaryData } from 'n8n-workflow';

import {
	createDownloader,
	type OpenClip,
	type Store,
} from '../../../nodes/Apixo/tasks/download/download';
import type { SucceededTask } from '../../../nodes/shared/task';
import { VirtualClock } from './virtual-clock';

/** The head of an MP4, and some of its body. */
export const CLIP = Buffer.concat([box('ftyp', 16), box('moov', 50_000), box('mdat', 150_000)]);

/** A box of an MP4. (ISO/IEC 14496-12, 4.2) */
export function box(name: string, length: number): Buffer {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(8 + length);
	header.write(name, 4, 'latin1');
	return Buffer.concat([header, Buffer.alloc(length, 7)]);
}

export const CLIP_HEADERS = { 'content-type': 'video/mp4', 'content-length': String(CLIP.length) };

/** A body in pieces, as they come over the network; `error` breaks it off after them. */
export function bodyOf(content: Buffer, { error }: { error?: Error } = {}): Readable {
	const pieces: Buffer[] = [];
	for (let at = 0; at < content.length; at += 16_384)
		pieces.push(content.subarray(at, at + 16_384));
	return new Readable({
		read() {
			const piece = pieces.shift();
			if (piece !== undefined) this.push(piece);
			else if (error !== undefined) this.destroy(error);
			else this.push(null);
		},
	});
}

/** A body that sends nothing, until it is cut. */
export function silentBody(signal: AbortSignal, head = Buffer.alloc(0)): Readable {
	const body = new Readable({ read() {} });
	if (head.length > 0) body.push(head);
	signal.addEventListener('abort', () => body.destroy(new Error('aborted')));
	return body;
}

export function ok(content: Buffer, headers: Record<string, unknown> = CLIP_HEADERS): OpenClip {
	return { status: 200, headers, body: bodyOf(content) };
}

type Opening = (signal: AbortSignal, nth: number, url: string) => OpenClip | Promise<OpenClip>;

type Body = Parameters<Store['save']>[0];

/** What a store does with the body of a clip; gives its bytes. */
export type Taker = (body: Body) => Promise<Buffer>;

/** The ways in which n8n's stores take a stream, by its mode and version. */
export const TAKERS = {
	'reads it piece by piece': async (body: Body): Promise<Buffer> => {
		const chunks: Uint8Array[] = [];
		for await (const chunk of body) chunks.push(chunk as Uint8Array);
		return Buffer.concat(chunks);
	},
	'listens to it': async (body: Body): Promise<Buffer> =>
		await new Promise((resolve, reject) => {
			const chunks: Uint8Array[] = [];
			body.on('data', (chunk: Uint8Array) => chunks.push(chunk));
			body.on('end', () => resolve(Buffer.concat(chunks))).on('error', reject);
		}),
	'pipes it on, after some preparation': async (body: Body): Promise<Buffer> => {
		await new Promise((resolve) => setImmediate(resolve));
		const chunks: Uint8Array[] = [];
		const sink = new Writable({
			write(chunk: Uint8Array, _encoding, done) {
				chunks.push(chunk);
				done();
			},
		});
		await pipeline(body, sink);
		return Buffer.concat(chunks);
	},
};

/** Downloads from a server whose answers are `open`, into a store that keeps what it is given. */
export function downloading(open: Opening, take: Taker = TAKERS['reads it piece by piece']) {
	const clock = new VirtualClock(1, true);
	const saved: Array<{ content: Buffer; fileName: string; mimeType: string }> = [];
	const opened: string[] = [];
	const store: Store = {
		open: async (url, signal) => {
			opened.push(url);
			return await open(signal, opened.length - 1, url);
		},
		save: async (body, fileName, mimeType): Promise<IBinaryData> => {
			saved.push({ content: await take(body), fileName, mimeType });
			return { data: 'filesystem', mimeType, fileName };
		},
	};
	const download = createDownloader(store, clock);
	const run = async (urls = ['https://cdn.example/v.mp4'], field = 'data') =>
		await clock.run(download(taskWith(urls), { field }));
	return { clock, download, opened, run, saved };
}

export function taskWith(resultUrls: string[], taskId = 'task_1'): SucceededTask {
	return { taskId, ended: true, state: 'success', resultUrls };
}
