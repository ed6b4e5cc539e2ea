/**
 * Loaded into n8n: collects garbage and prints what is left, as one line. On SIGUSR2 at once; on
 * SIGWINCH, which means nothing to a server, with a count of objects that takes seconds.
 */
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { queryObjects } from 'node:v8';

let answers = 0;

/** What the first collection finalizes is let go by then. ms */
const SETTLE_MS = 100;

async function look(count = () => ({})) {
	const before = process.cpuUsage();
	globalThis.gc();
	await delay(SETTLE_MS);
	globalThis.gc();
	const { heapUsed, rss } = process.memoryUsage();
	const resources = process.getActiveResourcesInfo();
	const listeners = process.eventNames().map((event) => process.listenerCount(event));
	const left = {
		heapUsed,
		rss,
		resources: resources.length,
		timers: resources.filter((name) => name === 'Timeout').length,
		listeners: listeners.reduce((sum, number) => sum + number, 0),
		...count(),
	};
	const { user, system } = process.cpuUsage(before);
	console.log(`probe ${JSON.stringify({ number: ++answers, cpu: (user + system) / 1e6, left })}`);
}

const number = (kind) => queryObjects(kind, { format: 'count' });

process.on('SIGUSR2', () => void look());
process.on(
	'SIGWINCH',
	() => void look(() => ({ sockets: number(Socket), signals: number(AbortSignal) })),
);
