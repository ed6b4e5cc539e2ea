import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { BadInput, boolean, number, text } from '../../tasks/check';
import type { Patience } from '../../tasks/job';
import type { Problem } from '../../../shared/errors';
import { LABELS } from './labels';
import { DEFAULT_TIMEOUT } from './shared.fields';

/** Reads the value that one item has for a parameter; hidden parameters are not stored, so all have a fallback. */
export type Read = (name: string, fallback: unknown) => unknown;

export function parametersOf(context: IExecuteFunctions, itemIndex: number): Read {
	return (name, fallback) => context.getNodeParameter(name, itemIndex, fallback) as unknown;
}

/** The options that were added, by name. */
export function optionsOf(read: Read): IDataObject {
	return (read('options', {}) ?? {}) as IDataObject;
}

/** Seconds as the user sets them, ms as the batch counts. The rhythm is the batch's affair unless it is set. */
export function readPatience(options: IDataObject): Patience {
	const { initialDelay, pollInterval, timeout } = LABELS;
	const seconds = (label: string, value: unknown, moreThanMin: boolean) =>
		number(label, value, { min: 0, moreThanMin }) * 1000;
	const ifSet = (label: string, value: unknown, moreThanMin: boolean) =>
		value === undefined || value === null ? undefined : seconds(label, value, moreThanMin);
	return {
		initialDelayMs: ifSet(initialDelay, options.initialDelay, false),
		pollIntervalMs: ifSet(pollInterval, options.pollInterval, true),
		timeoutMs: seconds(timeout, options.timeout ?? DEFAULT_TIMEOUT, true),
	};
}

/** The binary field for the clip; undefined if it is not to be downloaded. */
export function readDownloadField(read: Read): string | undefined {
	if (!boolean(LABELS.downloadVideo, read('downloadVideo', false))) return undefined;
	return text(LABELS.binaryPropertyName, read('binaryPropertyName', 'data'), { min: 1 }).trim();
}

/**
 * Checks one item by `build`. A rule that is broken, or an expression that fails, becomes that item's
 * problem instead of ending the run.
 */
export async function checked<Value>(
	itemIndex: number,
	build: () => Value | Promise<Value>,
): Promise<{ value: Value } | { problem: Problem }> {
	try {
		return { value: await build() };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const description =
			error instanceof BadInput
				? error.description
				: 'A parameter of this item could not be read. Check its expressions.';
		const said = `${message} [item ${itemIndex}]`;
		return {
			problem: { message: said, description: `${description} Nothing was submitted for it.` },
		};
	}
}
