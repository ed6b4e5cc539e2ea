/**
 * Loaded into n8n: on SIGUSR2 it collects garbage and prints the bytes that are left, and the microseconds
 * of CPU that this took.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** What the first collection finalizes is let go by then. ms */
const SETTLE_MS = 100;

async function probe() {
	const before = process.cpuUsage();
	globalThis.gc();
	await delay(SETTLE_MS);
	globalThis.gc();
	const { user, system } = process.cpuUsage(before);
	console.log(`heap ${process.memoryUsage().heapUsed} ${user + system}`);
}

process.on('SIGUSR2', () => void probe());
