import type { PollOptions } from '../../tasks/job';
import type { SharedReader } from './parameters';

/** Seconds as the user sets them, ms as the batch counts. The schedule is the batch's affair unless it is set. */
export function readPollOptions(read: SharedReader): PollOptions {
	return { pollIntervalMs: inMs(read.ifGiven('pollInterval')), timeoutMs: read('timeout') * 1000 };
}

export function inMs(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : seconds * 1000;
}

/** The binary field for the clip; undefined if it is not to be downloaded. */
export function readDownloadField(read: SharedReader): string | undefined {
	return read('downloadVideo') ? read('binaryPropertyName') : undefined;
}
