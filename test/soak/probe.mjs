/**
 * Loaded into n8n: collects garbage and prints what is left, as one line of JSON. Quickly on SIGUSR2; on
 * SIGWINCH, which means nothing to a server, with a count of objects that takes seconds.
 */
import { Socket } from 'node:net';
import { queryObjects } from 'node:v8';

let asked = 0;

function look(more = {}) {
	globalThis.gc();
	const { heapUsed, rss } = process.memoryUsage();
	const resources = process.getActiveResourcesInfo();
	const listeners = process.eventNames().map((event) => process.listenerCount(event));
	const left = {
		probe: ++asked,
		heapUsed,
		rss,
		resources: resources.length,
		timers: resources.filter((name) => name === 'Timeout').length,
		listeners: listeners.reduce((sum, count) => sum + count, 0),
		...more,
	};
	console.log(JSON.stringify(left));
}

const count = (kind) => queryObjects(kind, { format: 'count' });

process.on('SIGUSR2', () => look());
process.on('SIGWINCH', () => look({ sockets: count(Socket), signals: count(AbortSignal) }));
