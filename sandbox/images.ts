/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_MAX_BYTES, type IMAGE_TYPES } from '../nodes/shared/contract';
import { isLoopback, requestLoopback } from './loopback';
import type { ImageDownload } from './task';

type ImageType = (typeof IMAGE_TYPES)[number];

/** On the client's clock: an image on the same machine that takes longer is not coming. */
const IMAGE_TIMEOUT_MS = 10_000;

const at = (bytes: Buffer, from: number, text: string) =>
	bytes.toString('latin1', from, from + text.length) === text;

/** The type by the first bytes; undefined for what the service does not take. */
export function imageType(bytes: Buffer): ImageType | undefined {
	if (at(bytes, 0, '\xff\xd8\xff')) return 'image/jpeg';
	if (at(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'image/png';
	if (at(bytes, 0, 'RIFF') && at(bytes, 8, 'WEBP')) return 'image/webp';
	return undefined;
}

/** Fetches and checks an image as the service would; one beyond this machine is believed unseen. */
export async function fetchImage(url: string, signal: AbortSignal): Promise<ImageDownload> {
	if (!isLoopback(url)) return { url, contacted: false };
	try {
		return { url, contacted: true, ...(await download(url, signal)) };
	} catch {
		return { url, contacted: true, failCode: 'IMAGE_DOWNLOAD_FAILED' };
	}
}

async function download(url: string, closing: AbortSignal): Promise<Partial<ImageDownload>> {
	const signal = AbortSignal.any([closing, AbortSignal.timeout(IMAGE_TIMEOUT_MS)]);
	return await new Promise((resolve, reject) => {
		const request = requestLoopback(url, { signal });
		request.on('error', reject);
		request.on('response', (response) => {
			const status = response.statusCode;
			if (status !== 200) {
				response.destroy();
				resolve({ status, failCode: 'IMAGE_DOWNLOAD_FAILED' });
				return;
			}
			let bytes = 0;
			let start = Buffer.alloc(0);
			response.on('data', (chunk: Buffer) => {
				if (start.length < 16) start = Buffer.concat([start, chunk]);
				bytes += chunk.length;
				if (bytes > IMAGE_MAX_BYTES) {
					resolve({ status, bytes, failCode: 'IMAGE_TOO_LARGE' });
					response.destroy();
				}
			});
			response.on('error', reject);
			response.on('end', () => {
				const type = imageType(start);
				resolve(type ? { status, bytes, type } : { status, bytes, failCode: 'UNSUPPORTED_FORMAT' });
			});
		});
		request.end();
	});
}

export const IMAGES_PATH = '/images/';

interface Sample {
	type: ImageType;
	read: () => Buffer;
}

const file = (name: string) => readFileSync(join(__dirname, 'images', name));

/** Images for examples. The PNG is kept as text, since n8n's build ships every .png of a repository. */
const SAMPLE_IMAGES: Readonly<Record<string, Sample>> = {
	'start.png': {
		type: 'image/png',
		read: () => Buffer.from(file('start.png.base64').toString('latin1'), 'base64'),
	},
	'end.jpg': { type: 'image/jpeg', read: () => file('end.jpg') },
	'sample.webp': { type: 'image/webp', read: () => file('sample.webp') },
};

export const sampleImage = (name: string): Sample | undefined =>
	Object.hasOwn(SAMPLE_IMAGES, name) ? SAMPLE_IMAGES[name] : undefined;
