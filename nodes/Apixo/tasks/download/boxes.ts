/** Length and name of a box, and the length of a large one. Bytes. (ISO/IEC 14496-12, 4.2) */
const SHORT_HEADER = 8;
const LONG_HEADER = 16;

/**
 * Follows the boxes that an MP4 is made of while it streams past: each tells its length, so a file that
 * ends within one was cut, and one without its index, the box "moov", cannot be played. What is no MP4, or
 * has a last box of any length, tells nothing.
 */
export class Boxes {
	private header = Buffer.alloc(0);
	/** Of the present box, bytes that are still to come. */
	private left = 0;
	private hasIndex = false;
	private isReadable = true;
	private isFirst = true;

	take(chunk: Uint8Array): void {
		let at = 0;
		while (this.isReadable && at < chunk.length) {
			if (this.left > 0) {
				const passed = Math.min(this.left, chunk.length - at);
				this.left -= passed;
				at += passed;
				continue;
			}
			const missing = this.headerLength() - this.header.length;
			this.header = Buffer.concat([this.header, chunk.subarray(at, at + missing)]);
			at += missing;
			if (this.header.length >= this.headerLength()) this.open();
		}
	}

	/** Whether all of it was there. */
	end(): 'whole' | 'cut' | 'unknown' {
		if (!this.isReadable || this.isFirst) return 'unknown';
		return this.left === 0 && this.header.length === 0 && this.hasIndex ? 'whole' : 'cut';
	}

	/** A length of 1 stands for one that follows the name. */
	private headerLength(): number {
		const isLong = this.header.length >= SHORT_HEADER && this.header.readUInt32BE(0) === 1;
		return isLong ? LONG_HEADER : SHORT_HEADER;
	}

	private open(): void {
		const name = this.header.toString('latin1', 4, 8);
		const short = this.header.readUInt32BE(0);
		const length = short === 1 ? Number(this.header.readBigUInt64BE(8)) : short;
		const isSound = length >= this.header.length && (!this.isFirst || name === 'ftyp');
		if (!isSound) this.isReadable = false;
		if (name === 'moov') this.hasIndex = true;
		this.left = length - this.header.length;
		this.header = Buffer.alloc(0);
		this.isFirst = false;
	}
}
