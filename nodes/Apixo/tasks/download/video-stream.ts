import type { IExecuteFunctions } from 'n8n-workflow';

/** A readable stream of Node.js, as n8n's helper takes it: the package may not import `stream`. */
export type ByteStream = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/** An MP4 says "ftyp" in bytes 4 to 8 (ISO/IEC 14496-12, 4.3). */
const HEAD_BYTES = 12;

/** Reads the first bytes and puts them back, so that whoever reads next gets them again. */
export async function readHead(stream: ByteStream): Promise<Buffer> {
	let head = Buffer.alloc(0);
	while (head.length < HEAD_BYTES) {
		const chunk: Buffer | null = stream.read();
		if (chunk !== null) head = Buffer.concat([head, chunk]);
		else if (!(await becameReadable(stream))) break;
	}
	// What ended within its head is no clip, and takes nothing back.
	if (head.length >= HEAD_BYTES) stream.unshift(head);
	return head;
}

/** False when the stream has ended; rejects when it broke, even if that was before anybody listened. */
async function becameReadable(stream: ByteStream): Promise<boolean> {
	return await new Promise<boolean>((resolve, reject) => {
		const settle = () => {
			stream.off('readable', onReadable).off('end', onEnd).off('error', onError);
			stream.off('close', onClose);
		};
		const onReadable = () => (settle(), resolve(true));
		const onEnd = () => (settle(), resolve(false));
		const onError = (error: Error) => (settle(), reject(error));
		const onClose = () => onError(new Error('The stream was closed before its end'));
		if (stream.readableEnded) return resolve(false);
		if (stream.destroyed) return onClose();
		stream.on('readable', onReadable).on('end', onEnd).on('error', onError).on('close', onClose);
	});
}

/** Believes the bytes more than the header: an error page comes as "video/mp4" at times, and a clip as anything. */
export function looksLikeVideo(contentType: string, head: Buffer): boolean {
	if (head.length < HEAD_BYTES) return false;
	if (head.subarray(4, 8).toString('latin1') === 'ftyp') return true;
	const looksLikeText = /^\s*[<{[]/.test(head.toString('latin1'));
	return contentType.startsWith('video/') && !looksLikeText;
}

/**
 * Tells what passes. A listener of its own would set the stream flowing before the store takes
 * it, and a paused stream never starts for a store that only listens: so the listener joins at the moment
 * that the store does.
 */
export function watchBytes(stream: ByteStream, passed: (chunk: Uint8Array) => void): void {
	const join = (event: string | symbol) => {
		if (event !== 'data' && event !== 'readable') return;
		stream.off('newListener', join);
		stream.on('data', (chunk: Uint8Array) => passed(chunk));
	};
	stream.on('newListener', join);
}
