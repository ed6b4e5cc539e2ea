import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { ClipTarget } from '../../tasks/download/download';
import type { PollOptions } from '../../tasks/job';
import type { SharedReader } from './parameters';

/** Seconds as the user sets them, ms as the batch counts. The schedule is the batch's affair unless it is set. */
export function readPollOptions(read: SharedReader): PollOptions {
	return { pollIntervalMs: inMs(read.ifGiven('pollInterval')), timeoutMs: read('timeout') * 1000 };
}

export function inMs(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : seconds * 1000;
}

/** Where the clip goes; undefined if it is not to be downloaded. */
export function readClipTarget(read: SharedReader): ClipTarget | undefined {
	if (!read('downloadVideo')) return undefined;
	const named = read.raw('fileName');
	// A row's number is a good name too.
	const fileName = typeof named === 'number' ? String(named) : read('fileName');
	return { field: read('binaryPropertyName'), fileName };
}

/** The fields of the input item that its output is to keep. */
export function readInputFields(
	context: IExecuteFunctions,
	itemIndex: number,
	read: SharedReader,
): IDataObject | undefined {
	if (read.ifGiven('includeInputFields') !== true) return undefined;
	return context.getInputData()[itemIndex]?.json;
}
