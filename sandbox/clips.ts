/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	ASPECT_RATIOS,
	DURATIONS,
	type AspectRatio,
	type Duration,
} from '../nodes/shared/contract';
import type { StreamedBody } from './answer';

/** What the service delivers. */
export const CLIP_TYPE = 'video/mp4';

export const CLIPS_PATH = '/clips/';

/** Image-to-video has no ratio of its own here: it gets this one. */
const RATIO_OF_IMAGES: AspectRatio = '16:9';

const FILLER = Buffer.alloc(64 * 1024);

/** `size` and `type` of an MP4 box, with the 64-bit size behind them. */
const LARGE_BOX_HEADER_BYTES = 16;

/** How many looks clips of one shape have: clips of one run show which is which. */
export const CLIP_LOOKS = 6;

export const clipFile = (duration: Duration, ratio: AspectRatio, look: number) =>
	`${duration}s-${ratio.replace(':', 'x')}-${look + 1}.mp4`;

const clips = new Map<string, Buffer>();

/** The real MP4 for a duration and a ratio, in the look of the `nth` clip. */
export function clipOf(duration: Duration, ratio: AspectRatio = RATIO_OF_IMAGES, nth = 0): Buffer {
	const file = clipFile(duration, ratio, nth % CLIP_LOOKS);
	const known = clips.get(file) ?? readFileSync(join(__dirname, 'clips', file));
	clips.set(file, known);
	return known;
}

/** Reads every clip into memory, so that a missing one shows at the start. */
export function loadClips(): void {
	for (const duration of DURATIONS) {
		for (const ratio of ASPECT_RATIOS) {
			for (let nth = 0; nth < CLIP_LOOKS; nth++) clipOf(duration, ratio, nth);
		}
	}
}

/**
 * A clip as a body of `size` bytes: the clip itself, then a `free` box, which players skip. So it
 * plays at any size and never stands in memory. A size too small for that gives the clip alone.
 */
export function clipBody(clip: Buffer, size = 0, bytesPerSecond?: number): StreamedBody {
	const filler = size - clip.length;
	const padded = filler >= LARGE_BOX_HEADER_BYTES;
	const chunks = padded ? withFiller(clip, filler) : [clip];
	return {
		length: padded ? size : clip.length,
		open: () =>
			Readable.from(bytesPerSecond ? slowly(chunks, bytesPerSecond) : chunks, {
				objectMode: false,
			}),
	};
}

function* withFiller(clip: Buffer, bytes: number): Generator<Buffer> {
	yield clip;
	const header = Buffer.alloc(LARGE_BOX_HEADER_BYTES);
	header.writeUInt32BE(1, 0); // "the size stands behind the type"
	header.write('free', 4, 'latin1');
	header.writeBigUInt64BE(BigInt(bytes), 8);
	yield header;
	for (let left = bytes - header.length; left > 0; left -= FILLER.length) {
		yield left >= FILLER.length ? FILLER : FILLER.subarray(0, left);
	}
}

const SLICES_PER_SECOND = 10;

/** Times on the client's clock. Its connection keeps the process alive, not the timer. */
async function* slowly(chunks: Iterable<Buffer>, bytesPerSecond: number): AsyncGenerator<Buffer> {
	const slice = Math.max(1, Math.round(bytesPerSecond / SLICES_PER_SECOND));
	let room = slice;
	for (const chunk of chunks) {
		for (let from = 0; from < chunk.length; ) {
			const part = chunk.subarray(from, from + room);
			yield part;
			from += part.length;
			room -= part.length;
			if (room > 0) continue;
			await sleep(1_000 / SLICES_PER_SECOND, undefined, { ref: false });
			room = slice;
		}
	}
}
