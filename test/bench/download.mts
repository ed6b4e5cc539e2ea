import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { NEWEST_N8N } from '../../harness/n8n/cache.mts';
import { type CredentialRef, N8nClient } from '../../harness/n8n/client.mts';
import type { Execution } from '../../harness/n8n/execution.mts';
import { packPackage } from '../../harness/n8n/package.mts';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { type N8nServer, startN8n } from '../../harness/n8n/server.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { chain, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { apixo, code, generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { Probe } from '../../harness/probe/probe.mts';
import { type Service, startService } from './service.mts';

const run = promisify(execFile);

export const MB = 1e6;

/** One large clip, fetched in turns by `curl`, by n8n's own HTTP Request node and by ours. Bytes. */
export const LARGE = 1000 * MB;

/** From a server that sends as fast as it can, and from one behind a line of 1 Gbit/s: bytes a second. */
const LINE = 125 * MB;
const ROUNDS = { unlimited: 6, line: 4 };

/** Clips that are ready at the same moment, as the items of one run. Bytes each. */
export const MANY = { clips: 20, bytes: 100 * MB, rounds: 3 };

/** One clip for the modes in which n8n holds files in memory. Bytes. */
export const BUFFERED = 20 * MB;

/** The clips are made at once: only fetching them is measured. */
const TIME_SCALE = 20;

/** n8n's garbage of the run before is gone by then, mostly. ms */
const REST_MS = 2_000;

const RUN_AT_MOST_MS = 120_000;

/** What one clip of 1 GB took, in each round. */
export interface Race {
	/** Seconds. */
	curl: number[];
	httpRequest: Cost[];
	node: Cost[];
}

export interface Cost {
	seconds: number;
	/** By how much the memory of n8n grew at its peak, bytes. */
	peak: number;
}

export interface DownloadResult {
	n8n: string;
	unlimited: Race;
	line: Race;
	/** For the clips at once, in each round, bytes. */
	manyPeaks: number[];
	/** For one clip of 20 MB, by the mode in which n8n keeps files, bytes. */
	bufferedPeaks: Record<string, number>;
}

/**
 * What it costs a real n8n to fetch clips, in memory and in time, beside `curl`. Takes about three minutes,
 * and some GB of disk for that time.
 */
export async function measureDownloads(): Promise<DownloadResult> {
	const tarball = await packPackage();
	const sandbox = await startService({ timeScale: TIME_SCALE });
	try {
		const stored = await onStage('filesystem', tarball, sandbox, measureStored);
		const bufferedPeaks: Record<string, number> = {};
		for (const mode of ['default', 'database']) {
			bufferedPeaks[mode] = await onStage(mode, tarball, sandbox, async (stage) => {
				const taskId = await makeClip(stage, promptFor(BUFFERED));
				return (await fetchClip(stage, taskId, BUFFERED)).peak;
			});
		}
		return { n8n: NEWEST_N8N, ...stored, bufferedPeaks };
	} finally {
		await sandbox.stop();
	}
}

async function measureStored(stage: Stage) {
	const unlimited = await race(stage, ROUNDS.unlimited, promptFor(LARGE));
	const line = await race(stage, ROUNDS.line, promptFor(LARGE, LINE));
	const manyPeaks: number[] = [];
	for (let round = 0; round < MANY.rounds; round++) {
		const { peak, seconds } = await generateMany(stage);
		manyPeaks.push(peak);
		tell(`${MANY.clips} clips at once: ${seconds} s, ${mb(peak)}`);
	}
	return { unlimited, line, manyPeaks };
}

/** Fetches one large clip in each way, in turns, after one time that does not count. */
async function race(stage: Stage, rounds: number, prompt: string): Promise<Race> {
	const taskId = await makeClip(stage, prompt);
	const { item } = await fetchClip(stage, taskId, LARGE);
	const url = String(item?.json.videoUrl);
	const race: Race = { curl: [], httpRequest: [], node: [] };
	const ways = {
		httpRequest: async () => await fetched(stage, 1, LARGE, httpRequestNode(url)),
		node: async () => await fetchClip(stage, taskId, LARGE),
	};
	for (let round = 0; round < rounds; round++) {
		race.curl.push(await curlSeconds(stage, url));
		tell(`1 GB by curl: ${race.curl.at(-1)?.toFixed(2)} s`);
		// While curl has its turn n8n rests and gives memory back, which the next one takes anew.
		const order =
			round % 2 === 0 ? (['httpRequest', 'node'] as const) : (['node', 'httpRequest'] as const);
		for (const way of order) {
			const { seconds, peak } = await ways[way]();
			race[way].push({ seconds, peak });
			tell(`1 GB by ${way}: ${seconds} s, ${mb(peak)}`);
		}
	}
	return race;
}

interface Stage {
	server: N8nServer;
	n8n: N8nClient;
	credential: CredentialRef;
	/** On the disk where n8n keeps its files, too. */
	folder: string;
	/** Where n8n keeps the clips. */
	store: string;
}

/** Starts an n8n that keeps files in this way, and ends it after the work. */
async function onStage<Result>(
	mode: string,
	packageTarball: string,
	sandbox: Service,
	work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
	const folder = temporaryFolder(`download-${mode}`);
	const store = join(folder, 'store');
	await mkdir(store);
	const server = await startN8n({
		version: NEWEST_N8N,
		userFolder: folder,
		packageTarball,
		env: { N8N_DEFAULT_BINARY_DATA_MODE: mode, N8N_BINARY_DATA_STORAGE_PATH: store },
	});
	try {
		const n8n = await N8nClient.signIn(server);
		const credential = await saveApixoCredential(n8n, sandbox);
		return await work({ server, n8n, credential, folder, store });
	} finally {
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	}
}

/** The id of a task whose clip is ready. */
async function makeClip(stage: Stage, prompt: string): Promise<string> {
	const done = await runNode(stage, generate(stage.credential, prompt));
	return String(done.items('APIXO')[0]?.json.taskId);
}

const clipsOf = (count: number) =>
	code(`return Array.from({ length: ${count} }, () => ({ json: {} }))`);

/** `line` is in bytes a second. */
function promptFor(bytes: number, line?: number): string {
	const pace = line === undefined ? '' : `, slow-download=${line / MB}MB`;
	return `A kite [sandbox: takes=20s, size=${bytes / MB}MB${pace}]`;
}

/** Video → Get of one clip: the node does nothing else than read the task once and fetch the clip. */
async function fetchClip(stage: Stage, taskId: string, bytes: number) {
	const parameters = { operation: 'get', taskId, downloadVideo: true };
	return await fetched(stage, 1, bytes, apixo(stage.credential, parameters));
}

/** What n8n has for fetching a file. */
function httpRequestNode(url: string): WorkflowNode {
	return {
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [440, 0],
		parameters: { url, options: { response: { response: { responseFormat: 'file' } } } },
	};
}

/** Video → Generate of many clips, which are all ready at the same moment. */
async function generateMany(stage: Stage) {
	const node = generate(stage.credential, promptFor(MANY.bytes), { downloadVideo: true });
	return await fetched(stage, MANY.clips, MANY.bytes, clipsOf(MANY.clips), node);
}

/**
 * Runs nodes that fetch clips, and looks after n8n's memory meanwhile.
 *
 * @throws Error when a clip is not in n8n whole.
 */
async function fetched(stage: Stage, clips: number, bytes: number, ...nodes: WorkflowNode[]) {
	await settleDisk();
	const probe = new Probe(stage.server);
	probe.forgetPeak();
	const before = probe.peak();
	const done = await runNode(stage, ...nodes);
	const peak = probe.peak() - before;
	const name = nodes.at(-1)?.name ?? '';
	const items = done.items(name);
	const whole = items.filter(({ binary }) => Number(Object(binary?.data).bytes) === bytes);
	if (whole.length !== clips) {
		throw new Error(`${whole.length} of ${clips} clips came whole: ${JSON.stringify(items[0])}`);
	}
	await emptyStore(stage);
	const ms = done.runs[name]?.at(-1)?.executionTime ?? NaN;
	return { seconds: ms / 1000, peak, item: items[0] };
}

async function runNode(stage: Stage, ...nodes: WorkflowNode[]): Promise<Execution> {
	const workflow = await stage.n8n.createWorkflow(chain('Clips', [manualTrigger(), ...nodes]));
	const done = await stage.n8n.run(workflow, RUN_AT_MOST_MS);
	if (done.status !== 'success') throw new Error(`The run failed: ${done.error?.message}`);
	return done;
}

async function curlSeconds(stage: Stage, url: string): Promise<number> {
	await settleDisk();
	const file = join(stage.store, 'curl.mp4');
	const started = performance.now();
	await run('curl', ['--silent', '--fail', '--output', file, url]);
	const seconds = (performance.now() - started) / 1000;
	await emptyStore(stage);
	return seconds;
}

async function emptyStore({ store }: Stage): Promise<void> {
	await rm(store, { recursive: true });
	await mkdir(store);
}

/** What was written before is on the disk, and slows nobody down any more. */
async function settleDisk(): Promise<void> {
	await run('sync');
	await delay(REST_MS);
}

/** A run takes minutes: what was measured shows at once. */
const tell = (line: string) => console.error(line);

export const mb = (bytes: number) => `${Math.round(bytes / MB)} MB`;
