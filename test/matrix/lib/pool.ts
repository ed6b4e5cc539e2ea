/** Items under way at once: enough to keep a core busy, and few enough to answer in time. */
const ITEMS_AT_ONCE = 240;

/** A cell costs something however few its items. */
const LEAST = 3;

/** Runs cells side by side, and gives the results in their order. */
export async function runAll<Cell extends { items: number }, Result>(
	cells: Cell[],
	run: (cell: Cell) => Promise<Result>,
): Promise<Result[]> {
	let free = ITEMS_AT_ONCE;
	const waiting: Array<() => void> = [];
	return await Promise.all(
		cells.map(async (cell) => {
			const weight = Math.max(LEAST, cell.items);
			while (free < weight) await new Promise<void>((resolve) => waiting.push(resolve));
			free -= weight;
			try {
				return await run(cell);
			} finally {
				free += weight;
				for (const resume of waiting.splice(0)) resume();
			}
		}),
	);
}
