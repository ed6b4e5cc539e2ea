/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { constants, PerformanceObserver } from 'perf_hooks';

import { makeYoungGarbage } from '../../../../nodes/Apixo/tasks/download/young-garbage';

const MB = 1024 ** 2;

/** V8 lets its young generation grow to this at most: 64 MB since Node.js 24, 16 MB before. */
const YOUNG_GENERATION = 64 * MB;

/** How many quick collections V8 makes during `work`. */
async function quickCollections(work: () => void): Promise<number> {
	let collections = 0;
	const isQuick = (entry: object) =>
		Reflect.get(Object(Reflect.get(entry, 'detail')), 'kind') ===
		constants.NODE_PERFORMANCE_GC_MINOR;
	const count = (entries: object[]) => (collections += entries.filter(isQuick).length);
	const observer = new PerformanceObserver((list) => count(list.getEntries()));
	observer.observe({ entryTypes: ['gc'] });
	work();
	// Node.js tells of a collection later.
	await new Promise((resolve) => setTimeout(resolve, 20));
	count(observer.takeRecords());
	observer.disconnect();
	return collections;
}

describe('What was received', () => {
	it('is freed by quick collections: one for every 64 MB at least', async () => {
		const received = 512 * MB;
		const collections = await quickCollections(() => {
			for (let at = 0; at < received; at += 65_536) makeYoungGarbage(65_536);
		});
		expect(collections).toBeGreaterThanOrEqual(received / YOUNG_GENERATION);
	});

	it('in small pieces counts as well', async () => {
		const collections = await quickCollections(() => {
			for (let at = 0; at < 128 * MB; at += 1_000) makeYoungGarbage(1_000);
		});
		expect(collections).toBeGreaterThanOrEqual(2);
	});
});
