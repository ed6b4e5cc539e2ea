import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	ASPECT_RATIOS,
	DURATIONS,
	type AspectRatio,
	type Duration,
	type GenerateRequest,
} from '../../../../shared/contract';
import { pendingJson, taskToJson } from '../../../../shared/task';
import { clipFileName } from '../../../tasks/download/file-name';
import type { ClipTarget } from '../../../tasks/download/download';
import { hashOf } from '../../../tasks/ledger';
import type { ItemResult } from '../../result';
import { runIndexOf } from '../../run';
import { SAMPLES } from './samples';

/** The task ID that a simulated order gets: Get knows by it what to give. */
const SIMULATED_ID = /^simulated_(\d+)s_(\d+)x(\d+)_/;

/** Images have a shape of their own; their samples have this one. */
const RATIO_OF_IMAGES: AspectRatio = '16:9';

/** How long a link to a sample works: longer than a day nobody tries a workflow out. */
const LINK_LIFE = '1d';

/** A video that is only pretended. */
export interface Sample {
	taskId: string;
	duration: Duration;
	ratio: AspectRatio;
}

/** The same at each try, so that a suspended execution finds it again. */
export function sampleFor(
	context: IExecuteFunctions,
	itemIndex: number,
	{ duration, aspect_ratio: ratio = RATIO_OF_IMAGES }: GenerateRequest['input'],
): Sample {
	const place = [context.getExecutionId(), context.getNode().name, runIndexOf(context), itemIndex];
	const mark = hashOf(place).slice(0, 16);
	return { taskId: `simulated_${duration}s_${ratio.replace(':', 'x')}_${mark}`, duration, ratio };
}

/** The sample that a task ID stands for; undefined if it stands for a real task. */
export function sampleOf(taskId: string): Sample | undefined {
	const [, seconds, across, down] = SIMULATED_ID.exec(taskId) ?? [];
	const duration = DURATIONS.find((one) => String(one) === seconds);
	const ratio = ASPECT_RATIOS.find((one) => one === `${across}:${down}`);
	return duration && ratio && { taskId, duration, ratio };
}

/** An order that the node does not wait for. */
export function pendingSample({ taskId }: Sample): ItemResult {
	return { kind: 'item', json: { ...pendingJson(taskId), simulated: true } };
}

/** Gives a function that makes the results of samples; it stores each clip once. No request leaves n8n. */
export function createSampler(context: IExecuteFunctions) {
	const stored = new Map<string, Promise<IBinaryData>>();
	const store = async ({ duration, ratio }: Sample): Promise<IBinaryData> => {
		const clip = Buffer.from(SAMPLES[`${duration}s ${ratio}`], 'base64');
		return await context.helpers.prepareBinaryData(clip, 'sample.mp4', 'video/mp4');
	};
	return async (sample: Sample, target?: ClipTarget): Promise<ItemResult> => {
		const shape = `${sample.duration}s-${sample.ratio.replace(':', 'x')}`;
		const clip = stored.get(shape) ?? store(sample);
		stored.set(shape, clip);
		const file = await clip;
		const result: ItemResult = {
			kind: 'item',
			json: endedJson(sample, linkTo(context, file, shape)),
		};
		if (target === undefined) return result;
		const fileName = clipFileName(sample.taskId, 0, target.fileName);
		return { ...result, binary: { [target.field]: { ...file, fileName } } };
	};
}

function endedJson({ taskId }: Sample, url: string): IDataObject {
	const now = Date.now();
	const times = { createTime: now, completeTime: now, costTime: 0 };
	const json = taskToJson({ taskId, ended: true, state: 'success', resultUrls: [url], ...times });
	return { ...json, simulated: true };
}

/** An n8n that keeps files in memory makes no links. */
function linkTo(context: IExecuteFunctions, file: IBinaryData, shape: string): string {
	try {
		return context.helpers.createBinarySignedUrl(file, LINK_LIFE);
	} catch {
		return `https://example.com/simulated/${shape}.mp4`;
	}
}
