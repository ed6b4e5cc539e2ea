import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import type { Clock } from '../../../shared/clock';
import { retryAfterMs } from '../../../shared/http';
import { NETWORK_FAILURES, networkFailureOf, type NetworkFailure } from '../../../shared/network';
import type { SucceededTask } from '../../../shared/task';
import { backoffMs } from '../../../shared/backoff';
import type { Downloaded } from '../job';
import { Boxes } from './boxes';
import { clipFileName } from './file-name';
import { looksLikeVideo, readHead, watchBytes, type ByteStream } from './video-stream';
import { makeYoungGarbage } from './young-garbage';

/** A transfer that was cut is repeated twice. */
const ATTEMPTS = 3;

/** A server that asks for a longer pause than this is not waited for: the item keeps its URL. */
const LONGEST_PAUSE_MS = 5 * 60_000;

/** More at once would not be faster, and each holds buffers. */
const DOWNLOADS_AT_ONCE = 5;

/** Slower than this is as good as cut: bytes in a span of ms. */
const SLOWEST = { bytes: 64 * 1024, inMs: 60_000 };

const GUARD_EVERY_MS = 500;

/** No clip of 10 s is anywhere near; an answer that never ends must not fill the disk. */
const MAX_CLIP_BYTES = 8 * 1024 ** 3;

/** What the downloads need from n8n. */
export interface Store {
	/** Opens `url` without any credential. */
	open(url: string, signal: AbortSignal): Promise<OpenClip>;
	/**
	 * Streams the clip into n8n's binary store. What a store keeps of a stream that broke is its own
	 * affair, because a node cannot delete files: n8n 2.41 keeps nothing, 1.123 the part that came, until
	 * it deletes the execution with all its files.
	 */
	save(body: ByteStream, fileName: string, mimeType: string): Promise<IBinaryData>;
}

export interface OpenClip {
	status: number;
	headers: Record<string, unknown>;
	body: ByteStream;
}

/** Where a clip goes: the binary field, and the user's own name for the file. */
export interface ClipTarget {
	field: string;
	fileName?: string;
}

/** A clip in n8n's store, or why it is not there. */
type Fetched = { clip: IBinaryData } | Failure;

interface Failure {
	failure: string;
	/** Another try would give the same. */
	final: boolean;
	/** How long the server asks to be left alone, ms. */
	pauseMs?: number;
}

/** Nobody asked for a part. */
const PARTIAL_CONTENT = 206;

const CUT: Failure = { failure: 'the transfer was cut', final: false };

/**
 * Gives a function that fetches all clips of a task into binary fields: the first into `field`, further
 * ones into `field_1`, `field_2`… It never fails: the result is paid for, so a trouble becomes text.
 */
export function createDownloader(store: Store, clock: Clock) {
	const inTurn = limitTo(DOWNLOADS_AT_ONCE);

	return async (task: SucceededTask, target: ClipTarget): Promise<Downloaded> => {
		const binary: IBinaryKeyData = {};
		const errors: string[] = [];
		for (const [index, url] of task.resultUrls.entries()) {
			const suffix = index === 0 ? '' : `_${index}`;
			const fileName = clipFileName(task.taskId, index, target.fileName);
			const fetched = await fetchClip(clock, async () => {
				return await inTurn(async () => await fetchOnce(store, clock, url, fileName));
			});
			if ('clip' in fetched) binary[target.field + suffix] = fetched.clip;
			else errors.push(`Could not download ${url}: ${fetched.failure}`);
		}
		return errors.length === 0 ? { binary } : { binary, downloadError: errors.join('. ') };
	};
}

/** While it pauses, others may be fetched. */
async function fetchClip(clock: Clock, attemptOnce: () => Promise<Fetched>): Promise<Fetched> {
	for (let attempt = 1; ; attempt++) {
		const fetched = await attemptOnce();
		if ('clip' in fetched || fetched.final) return fetched;
		if (attempt === ATTEMPTS) {
			return { failure: `${fetched.failure}, ${ATTEMPTS} times in a row`, final: true };
		}
		try {
			await clock.sleep(Math.max(fetched.pauseMs ?? 0, backoffMs(attempt, clock.random())));
		} catch {
			return { failure: 'the execution was stopped', final: true };
		}
	}
}

async function fetchOnce(
	store: Store,
	clock: Clock,
	url: string,
	fileName: string,
): Promise<Fetched> {
	const transfer = watchTransfer(clock);
	try {
		const { status, headers, body } = await store.open(url, transfer.signal);
		if (status < 200 || status >= 300 || status === PARTIAL_CONTENT) {
			body.destroy();
			return refusal(status, retryAfterMs(headers, clock.now()));
		}
		const head = await readHead(body);
		if (!looksLikeVideo(String(headers['content-type'] ?? ''), head)) {
			body.destroy();
			return { failure: 'the answer is not a video', final: true };
		}
		const encoded = headers['content-encoding'] !== undefined;
		transfer.count(body, encoded ? NaN : Number(headers['content-length'] ?? NaN));
		const clip = await store.save(body, fileName, 'video/mp4');
		return transfer.progress() === 'cut' ? CUT : { clip };
	} catch (error) {
		const reason = transfer.reason();
		if (reason !== undefined) return { failure: reason, final: false };
		const { failure } = networkFailureOf(error);
		if (failure !== 'lost' && !isStorageError(error)) return unreached(failure);
		if (transfer.progress() !== 'whole' && !isStorageError(error)) return CUT;
		const words = error instanceof Error ? error.message : String(error);
		return { failure: `n8n could not store it: ${words}`, final: true };
	} finally {
		transfer.end();
	}
}

/** The file system said no, perhaps in the middle of a transfer. (Node.js, common system errors) */
function isStorageError(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return ['EACCES', 'EDQUOT', 'EFBIG', 'EIO', 'ENOSPC', 'EPERM', 'EROFS'].includes(String(code));
}

/** No connection came about. */
function unreached(failure: NetworkFailure): Failure {
	const { words, hint } = NETWORK_FAILURES[failure];
	if (hint === undefined) return { failure: words, final: false };
	return { failure: `${words}. ${hint}`, final: true };
}

/** The server said no, and may have asked for a pause. */
function refusal(status: number, pauseMs = 0): Failure {
	if (status === PARTIAL_CONTENT) return { failure: 'only a part of it came', final: false };
	const failure = `status ${status}`;
	if (status < 500 && status !== 429) return { failure, final: true };
	if (pauseMs <= LONGEST_PAUSE_MS) return { failure, final: false, pauseMs };
	const seconds = Math.ceil(pauseMs / 1000);
	return { failure: `${failure}, and it asks to come back after ${seconds} s`, final: true };
}

/** Cuts a transfer that crawls or never ends, and the one of an execution that was stopped. */
function watchTransfer(clock: Clock) {
	const controller = new AbortController();
	const boxes = new Boxes();
	let received = 0;
	let expected = NaN;
	let ended = false;
	let reason: string | undefined;
	const cut = (why: string) => {
		reason ??= why;
		controller.abort();
	};
	const guard = async () => {
		let since = clock.now();
		let before = 0;
		for (;;) {
			await clock.sleep(GUARD_EVERY_MS);
			if (ended) return;
			if (clock.now() - since < SLOWEST.inMs) continue;
			if (received - before < SLOWEST.bytes) return cut('the transfer was too slow');
			since = clock.now();
			before = received;
		}
	};
	guard().catch(() => cut('the execution was stopped'));
	return {
		signal: controller.signal,
		/** Where the server did not tell the length, the clip itself may. */
		progress: (): 'cut' | 'whole' | 'unknown' => {
			if (Number.isNaN(expected)) return boxes.end();
			return received < expected ? 'cut' : 'whole';
		},
		reason: () => reason,
		count: (body: ByteStream, length: number) => {
			expected = length;
			watchBytes(body, (chunk) => {
				received += chunk.length;
				boxes.take(chunk);
				makeYoungGarbage(chunk.length);
				if (received > MAX_CLIP_BYTES) cut('the video is too large');
			});
		},
		end: () => {
			ended = true;
		},
	};
}

/** Runs at most `limit` of the given works at a time, the others in the order they came. */
function limitTo(limit: number) {
	let free = limit;
	const waiting: Array<() => void> = [];
	return async <Result>(work: () => Promise<Result>): Promise<Result> => {
		if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
		else free--;
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next === undefined) free++;
			else next();
		}
	};
}
