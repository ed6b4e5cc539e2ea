/** What some file system does not take, and control characters. */
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}]/gu;

/** File systems take 255 bytes; the ending and a number have to fit in as well. */
const MAX_BYTES = 240;

/**
 * The name of a task's clip. One of the user's own is made safe, and further clips of the task get -2, -3;
 * without one it is the task's id, with _1, _2 as their fields have.
 */
export function clipFileName(taskId: string, nth: number, own = ''): string {
	const base = shortened(
		own
			.replace(/\.mp4$/i, '')
			.replace(FORBIDDEN, '-')
			.trim(),
	);
	if (base !== '') return `${base}${nth === 0 ? '' : `-${nth + 1}`}.mp4`;
	return `${taskId.replace(/[^\w.-]/g, '_').slice(0, 100)}${nth === 0 ? '' : `_${nth}`}.mp4`;
}

/** Whole characters only. */
function shortened(name: string): string {
	let bytes = 0;
	let kept = '';
	for (const character of name) {
		bytes += Buffer.byteLength(character);
		if (bytes > MAX_BYTES) return kept;
		kept += character;
	}
	return kept;
}
