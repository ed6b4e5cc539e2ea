import { clipOf } from '../../../sandbox/clips';
import { ASPECT_RATIOS, DURATIONS } from '../../../nodes/shared/contract';
import { open } from './lib/client';

interface Box {
	type: string;
	/** Where its content begins and ends. */
	from: number;
	to: number;
}

/** The boxes of an MP4, or of a box in it. */
function boxes(file: Buffer, from = 0, to = file.length): Box[] {
	const found: Box[] = [];
	for (let at = from; at < to; ) {
		const short = file.readUInt32BE(at);
		const size = short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short;
		const type = file.toString('latin1', at + 4, at + 8);
		found.push({ type, from: at + (short === 1 ? 16 : 8), to: at + size });
		at += size;
	}
	return found;
}

function box(all: Box[], type: string): Box {
	const found = all.find((each) => each.type === type);
	if (!found) throw new Error(`No ${type} among ${all.map((each) => each.type).join(', ')}`);
	return found;
}

/** Seconds, from the header of the movie. */
function duration(file: Buffer): number {
	const moov = box(boxes(file), 'moov');
	const { from } = box(boxes(file, moov.from, moov.to), 'mvhd');
	expect(file.readUInt8(from)).toBe(0); // version 0: 32-bit times
	return file.readUInt32BE(from + 16) / file.readUInt32BE(from + 12);
}

/** Width and height of the first track, pixels. */
function frame(file: Buffer): number[] {
	const moov = box(boxes(file), 'moov');
	const trak = box(boxes(file, moov.from, moov.to), 'trak');
	const { to } = box(boxes(file, trak.from, trak.to), 'tkhd');
	return [file.readUInt32BE(to - 8) / 65_536, file.readUInt32BE(to - 4) / 65_536];
}

const KINDS = DURATIONS.flatMap((seconds) =>
	ASPECT_RATIOS.map((ratio) => [seconds, ratio] as const),
);

describe('A clip', () => {
	it.each(KINDS)('of %d s at %s plays so long and in this shape', async (seconds, ratio) => {
		const client = await open();
		const input = { duration: seconds, aspect_ratio: ratio };
		const [url = ''] = await client.clips('A boat', {}, input);
		const { status, headers, data } = await client.download(url);
		expect(status).toBe(200);
		expect(headers['content-type']).toBe('video/mp4');
		expect(Number(headers['content-length'])).toBe(data.length);
		const all = boxes(data);
		expect(all[0]?.type).toBe('ftyp');
		expect(all.map(({ type }) => type)).toEqual(expect.arrayContaining(['moov', 'mdat']));
		expect(all.at(-1)?.to).toBe(data.length);
		expect(duration(data)).toBeCloseTo(seconds, 1);
		const [width = 0, height = 1] = frame(data);
		const [across = 0, down = 1] = ratio.split(':').map(Number);
		expect(width / height).toBeCloseTo(across / down, 1);
	});

	it.each([
		['40kB', 40_000],
		['1.5MB', 1_500_000],
		['20MB', 20_000_000],
	])('of size=%s has exactly so many bytes, and still plays', async (size, bytes) => {
		const client = await open();
		const [url = ''] = await client.clips(`[sandbox: size=${size}]`);
		const { headers, data } = await client.download(url);
		expect(Number(headers['content-length'])).toBe(bytes);
		expect(data).toHaveLength(bytes);
		const all = boxes(data);
		expect(all.at(-1)).toMatchObject({ type: 'free', to: bytes });
		expect(duration(data)).toBeCloseTo(5, 1);
	});

	it('is never smaller than it is', async () => {
		const client = await open();
		const [url = ''] = await client.clips('[sandbox: size=1kB]');
		const { data } = await client.download(url);
		expect(data.equals(clipOf(5, '16:9', 0))).toBe(true);
	});

	it('looks different from the others of its run', async () => {
		const client = await open();
		const [first = ''] = await client.clips();
		const [second = '', third = ''] = await client.clips('[sandbox: clips=2]');
		const all = await Promise.all(
			[first, second, third].map(async (url) => (await client.download(url)).data.toString('hex')),
		);
		expect(new Set(all).size).toBe(3);
	});

	it('can be a gigabyte, promised before it is sent', async () => {
		const client = await open();
		const [url = ''] = await client.clips('[sandbox: size=1GB]');
		const { headers, data } = await client.download(url, { responseType: 'stream' });
		expect(headers['content-length']).toBe('1000000000');
		(data as unknown as { destroy(): void }).destroy();
	});
});
