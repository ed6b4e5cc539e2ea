import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import type { Clock } from '../../shared/clock';
import type { SucceededTask } from '../../shared/task';
import { backoffMs } from './backoff';
import type { Downloaded } from './job';
import { countBytes, looksLikeVideo, readHead, type ByteStream } from './video-stream';

/** A transfer that was cut is repeated twice. */
const ATTEMPTS = 3;

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
	/** Streams the clip into n8n's binary store. */
	save(body: ByteStream, fileName: string, mimeType: string): Promise<IBinaryData>;
}

export interface OpenClip {
	status: number;
	headers: Record<string, unknown>;
	body: ByteStream;
}

/** A clip in n8n's store, or why it is not there; `final` if another try would give the same. */
type Fetched = IBinaryData | { failure: string; final: boolean };

/**
 * Gives a function that fetches all clips of a task into binary fields: the first into `field`, further
 * ones into `field_1`, `field_2`… It never fails: the result is paid for, so a trouble becomes text.
 */
export function createDownloader(store: Store, clock: Clock) {
	const inTurn = limitTo(DOWNLOADS_AT_ONCE);

	return async (task: SucceededTask, field: string): Promise<Downloaded> => {
		const binary: IBinaryKeyData = {};
		const errors: string[] = [];
		for (const [index, url] of task.resultUrls.entries()) {
			const suffix = index === 0 ? '' : `_${index}`;
			const fileName = `${task.taskId.replace(/[^\w.-]/g, '_').slice(0, 100)}${suffix}.mp4`;
			const clip = await inTurn(async () => await fetchClip(store, clock, url, fileName));
			if ('failure' in clip) errors.push(`Could not download ${url}: ${clip.failure}`);
			else binary[field + suffix] = clip;
		}
		return errors.length === 0 ? { binary } : { binary, downloadError: errors.join('. ') };
	};
}

async function fetchClip(
	store: Store,
	clock: Clock,
	url: string,
	fileName: string,
): Promise<Fetched> {
	for (let attempt = 1; ; attempt++) {
		const fetched = await fetchOnce(store, clock, url, fileName);
		if (!('failure' in fetched) || fetched.final) return fetched;
		if (attempt === ATTEMPTS) {
			return { failure: `${fetched.failure}, ${ATTEMPTS} times in a row`, final: true };
		}
		try {
			await clock.sleep(backoffMs(attempt, clock.random()));
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
		if (status < 200 || status >= 300) {
			body.destroy();
			return { failure: `status ${status}`, final: status < 500 && status !== 429 };
		}
		const head = await readHead(body);
		if (!looksLikeVideo(String(headers['content-type'] ?? ''), head)) {
			body.destroy();
			return { failure: 'the answer is not a video', final: true };
		}
		transfer.count(body);
		const saved = await store.save(body, fileName, 'video/mp4');
		const expected = Number(headers['content-length'] ?? NaN);
		const cut = headers['content-encoding'] === undefined && transfer.received() < expected;
		return cut ? { failure: 'the transfer was cut', final: false } : saved;
	} catch {
		return { failure: transfer.reason() ?? 'the transfer was cut', final: false };
	} finally {
		transfer.end();
	}
}

/** Cuts a transfer that crawls or never ends, and the one of an execution that was stopped. */
function watchTransfer(clock: Clock) {
	const controller = new AbortController();
	let received = 0;
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
		received: () => received,
		reason: () => reason,
		count: (body: ByteStream) => {
			countBytes(body, (bytes) => {
				received += bytes;
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
