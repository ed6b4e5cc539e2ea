import fc from 'fast-check';

import { Boxes } from '../../../../nodes/Apixo/tasks/download/boxes';
import { clipOf } from '../../../../sandbox/clips';
import { box, CLIP } from '../../lib/clips';
import { fuzz, RUNS } from '../../lib/fuzz';

/** What is told of a file that came in pieces of these lengths, over and over. */
function endOf(file: Buffer, ...lengths: number[]) {
	const boxes = new Boxes();
	for (let at = 0, nth = 0; at < file.length; nth++) {
		const length = lengths[nth % lengths.length] ?? file.length;
		boxes.take(file.subarray(at, at + length));
		at += length;
	}
	return boxes.end();
}

const REAL = clipOf(5, '16:9');
const long = (name: string, length: number) => {
	const header = Buffer.alloc(16);
	header.writeUInt32BE(1);
	header.write(name, 4, 'latin1');
	header.writeBigUInt64BE(BigInt(16 + length), 8);
	return Buffer.concat([header, Buffer.alloc(length)]);
};

describe('The boxes of an MP4 tell', () => {
	it.each([
		['a clip of the sandbox', REAL],
		['a box with a long length', Buffer.concat([CLIP, long('mdat', 5_000)])],
		['an empty box at the end', Buffer.concat([CLIP, box('free', 0)])],
	])('that all of it came: %s', (_, file) => {
		expect(endOf(file)).toBe('whole');
	});

	it.each([
		['its last byte is missing', REAL.subarray(0, -1)],
		['it ends within the name of a box', Buffer.concat([CLIP, Buffer.from([0, 0, 0, 9, 102])])],
		[
			'it ends between two boxes, before its index',
			Buffer.concat([box('ftyp', 16), box('mdat', 9)]),
		],
	])('that it was cut: %s', (_, file) => {
		expect(endOf(file)).toBe('cut');
	});

	it.each([
		['nothing', Buffer.alloc(0)],
		[
			'another container',
			Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(500)]),
		],
		[
			'a last box of any length',
			Buffer.concat([CLIP, Buffer.from([0, 0, 0, 0, 109, 100, 97, 116])]),
		],
		[
			'a box that is shorter than its header',
			Buffer.concat([CLIP, Buffer.from([0, 0, 0, 5, 1, 1, 1, 1])]),
		],
	])('nothing of %s', (_, file) => {
		expect(endOf(file)).toBe('unknown');
	});

	fuzz('the same in whatever pieces it comes, wherever it ends', () => {
		const piece = fc.integer({ min: 1, max: 9_000 });
		fc.assert(
			fc.property(fc.array(piece, { minLength: 1 }), fc.nat(CLIP.length - 1), (pieces, cutAt) => {
				expect(endOf(CLIP, ...pieces)).toBe('whole');
				const cut = CLIP.subarray(0, cutAt);
				expect(endOf(cut, ...pieces)).toBe(cutAt < 8 ? 'unknown' : endOf(cut));
				// Between the index and the rest nobody can tell that something is missing.
				if (cutAt >= 8 && cutAt !== 24 + 50_008) expect(endOf(cut)).toBe('cut');
			}),
			{ ...RUNS, numRuns: Math.min(RUNS.numRuns, 300) },
		);
	});
});
