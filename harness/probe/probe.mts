import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { CHECKOUT } from '../checkout.ts';
import type { N8nServer } from '../n8n/server.mts';

/** The environment of an n8n that tells what it holds. */
export const PROBED = {
	NODE_OPTIONS: `--expose-gc --import ${pathToFileURL(join(CHECKOUT, 'harness/probe/inside.mjs')).href}`,
};

/** n8n may be busy for seconds. Milliseconds. */
const ANSWER_WITHIN_MS = 60_000;

/** Ticks of `/proc` in a second. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** What the process of n8n holds after a garbage collection; memory in bytes. */
export interface Holdings {
	heapUsed: number;
	/** Resident memory. */
	rss: number;
	/** Open files and sockets. */
	fds: number;
	/** What keeps Node.js alive, by its own list; timers are among them. */
	resources: number;
	timers: number;
	/** On the process itself. */
	listeners: number;
}

/** With the objects of these kinds that are in memory. */
export interface AllHoldings extends Holdings {
	sockets: number;
	signals: number;
}

/** Looks at the process of an n8n from outside, and into it, if it was started with `PROBED`. Linux only. */
export class Probe {
	/** CPU that the looks into n8n took so far, s. */
	private spent = 0;

	constructor(private readonly server: N8nServer) {}

	/** Seconds of CPU so far, user and system, without what the probe itself took. */
	cpu(): number {
		const stat = readFileSync(this.proc('stat'), 'utf8');
		// The second field is the process's name, which may hold spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const [user, system] = [fields[11], fields[12]].map(Number);
		return ((user ?? NaN) + (system ?? NaN)) / TICKS - this.spent;
	}

	/** From here on, `peak` counts anew. */
	forgetPeak(): void {
		writeFileSync(this.proc('clear_refs'), '5');
	}

	/** The most resident memory since `forgetPeak`, bytes. */
	peak(): number {
		const status = readFileSync(this.proc('status'), 'utf8');
		return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
	}

	/** @throws Error when n8n does not answer. */
	async holdings(): Promise<Holdings> {
		return await this.ask<Holdings>('SIGUSR2');
	}

	/** Holds n8n up for seconds. @throws Error when n8n does not answer. */
	async allHoldings(): Promise<AllHoldings> {
		return await this.ask<AllHoldings>('SIGWINCH');
	}

	private async ask<Answer>(signal: NodeJS.Signals): Promise<Answer> {
		const known = this.lastAnswer<Answer>().number;
		process.kill(this.server.pid, signal);
		const deadline = Date.now() + ANSWER_WITHIN_MS;
		while (Date.now() < deadline) {
			await delay(20);
			const { number, cpu, left } = this.lastAnswer<Answer>();
			if (number === known) continue;
			this.spent += cpu;
			return { ...left, fds: readdirSync(this.proc('fd')).length };
		}
		throw new Error('n8n did not tell what it holds.');
	}

	private lastAnswer<Left>(): { number: number; cpu: number; left: Left } {
		const answer = [...this.server.log().matchAll(/^probe (.*)$/gm)].at(-1)?.[1];
		return JSON.parse(answer ?? '{ "number": 0 }');
	}

	private proc(file: string): string {
		return `/proc/${this.server.pid}/${file}`;
	}
}
