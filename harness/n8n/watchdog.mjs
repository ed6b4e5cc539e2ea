/**
 * Ends what a killed process left behind. ending.mts starts it and tells it, in lines of JSON, what there is
 * to end; when the pipe breaks, whoever wrote to it is gone. Plain JavaScript, so that it is up at once.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** What was asked to end has this long before it is killed, and is looked at so often. Milliseconds. */
const END_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;

const groups = new Set();
const folders = new Set();

/** @returns false when the group is gone already. */
function signal(group, name) {
	try {
		return process.kill(-group, name);
	} catch {
		return false;
	}
}

for await (const line of createInterface({ input: process.stdin })) {
	const { started, ended, folder, kept } = JSON.parse(line);
	if (started) groups.add(started);
	if (ended) groups.delete(ended);
	if (folder) folders.add(folder);
	if (kept) folders.delete(kept);
}

const deadline = Date.now() + END_WITHIN_MS;
let left = [...groups].filter((group) => signal(group, 'SIGTERM'));
while (left.length > 0 && Date.now() < deadline) {
	await delay(LOOK_EVERY_MS);
	left = left.filter((group) => signal(group, 0));
}
for (const group of left) signal(group, 'SIGKILL');
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
