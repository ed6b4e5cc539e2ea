import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { CHECKOUT } from '../../scripts/n8n/package.mts';
import type { N8nServer } from '../../scripts/n8n/server.mts';

/** Ticks of `/proc` in a second. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** n8n may be busy for seconds. Milliseconds. */
const PROBE_WITHIN_MS = 60_000;

/** What lets `Usage` look into n8n. */
export const PROBED = {
	NODE_OPTIONS: `--expose-gc --import ${pathToFileURL(join(CHECKOUT, 'test/bench/probe.mjs')).href}`,
};

/** What the process of one n8n uses; it was started with `PROBED`. */
export class Usage {
	/** What the probe itself took so far, s. */
	private probing = 0;

	constructor(private readonly server: N8nServer) {}

	/** Seconds of CPU so far, user and system. */
	cpu(): number {
		const stat = readFileSync(`/proc/${this.server.pid}/stat`, 'utf8');
		// The second field is the process's name, which may hold spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const [user, system] = [fields[11], fields[12]].map(Number);
		return ((user ?? NaN) + (system ?? NaN)) / TICKS - this.probing;
	}

	/** From here on, `peak` counts anew. */
	forgetPeak(): void {
		writeFileSync(`/proc/${this.server.pid}/clear_refs`, '5');
	}

	/** The most resident memory since `forgetPeak`, bytes. */
	peak(): number {
		const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
		return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
	}

	/** Bytes of JavaScript's heap that are in use. */
	async heap(): Promise<number> {
		const count = () => [...this.server.log().matchAll(/^heap (\d+) (\d+)$/gm)];
		const known = count().length;
		process.kill(this.server.pid, 'SIGUSR2');
		const deadline = Date.now() + PROBE_WITHIN_MS;
		while (Date.now() < deadline) {
			await delay(20);
			const [, bytes, cpu] = count()[known] ?? [];
			if (bytes === undefined) continue;
			this.probing += Number(cpu) / 1e6;
			return Number(bytes);
		}
		throw new Error('n8n did not tell how large its heap is.');
	}
}
