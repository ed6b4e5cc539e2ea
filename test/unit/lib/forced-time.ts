/** How long tasks of these durations take at least, ms, where only so many may run at once. */
export function forcedMs(durations: number[], concurrency: number): number {
	const freeAt = new Array<number>(Math.min(concurrency, durations.length)).fill(0);
	for (const duration of durations) {
		let first = 0;
		for (let slot = 1; slot < freeAt.length; slot++) {
			if ((freeAt[slot] ?? 0) < (freeAt[first] ?? 0)) first = slot;
		}
		freeAt[first] = (freeAt[first] ?? 0) + duration;
	}
	return Math.max(...freeAt);
}
