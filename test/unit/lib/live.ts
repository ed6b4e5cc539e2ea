/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { likeness } from '../../../sandbox/like';
import { script, type Command } from './command';

export const KEY = 'sandbox-key';

const TIME_SCALE = 50;

/** Where times are held against the contract: a busy machine's delays count so many times. */
export const FAITHFUL = 15;

const point = z.object({ part: z.string(), what: z.string(), verdict: z.string() });
export const report = z.object({ points: z.array(point), likeness });

let out: string;
const sandboxes: Sandbox[] = [];
beforeEach(async () => {
	out = await mkdtemp(join(tmpdir(), 'n8n-nodes-apixo-live-'));
});
afterEach(async () => {
	await Promise.all(sandboxes.splice(0).map(async (sandbox) => await sandbox.close()));
	await rm(out, { recursive: true, force: true });
});

export async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({ timeScale: TIME_SCALE, ...options });
	sandboxes.push(sandbox);
	return sandbox;
}

export function live(
	baseUrl: string,
	args: string[] = [],
	apiKey = KEY,
	timeScale = TIME_SCALE,
): Command {
	const fixed = ['--base-url', baseUrl, '--time-scale', String(timeScale), '--out', out];
	return script('scripts/live.mts', [...fixed, ...args], { APIXO_API_KEY: apiKey });
}

/** A port that nobody listens on now: each test has one of its own. */
let port = 18_640 + (process.pid % 200) * 5;
export const callback = () => {
	port++;
	return [
		'--callback-url',
		`http://127.0.0.1:${port}/hook?of=the+user`,
		'--callback-port',
		String(port),
	];
};

export const files = async () => ({
	text: await readFile(join(out, 'report.md'), 'utf8'),
	json: await readFile(join(out, 'report.json'), 'utf8'),
});

/** What differs or is new, by name. */
export async function found(): Promise<string[]> {
	const { points } = report.parse(JSON.parse((await files()).json));
	return points
		.filter(({ verdict }) => verdict === 'differs' || verdict === 'new field')
		.map(({ part, what }) => `${part}: ${what}`);
}
