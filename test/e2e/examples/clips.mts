import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../../../harness/checkout.ts';
import type { ReceivedFile } from '../../../harness/world/http.mts';
import { CLIP_LOOKS, clipFile } from '../../../sandbox/clips.ts';
import type { ExampleStage } from './stage.mts';

/** A file is the clip of this task and of no other, byte for byte: the sandbox's clips differ. */
export function assertClip(
	stage: ExampleStage,
	file: ReceivedFile | undefined,
	taskId: unknown,
): void {
	const tasks = stage.sandbox.tasks();
	const nth = tasks.findIndex(({ id }) => id === taskId);
	const task = tasks[nth];
	assert.ok(task, `there is a task ${String(taskId)}`);
	const { duration, aspect_ratio: ratio } = task.request.input;
	assert.ok(file, `the clip of "${task.request.input.prompt}" arrived`);
	assert.equal(file.type, 'video/mp4');
	// Images make clips of the first ratio.
	const name = clipFile(duration, ratio ?? '16:9', nth % CLIP_LOOKS);
	assert.deepEqual(file.bytes, readFileSync(join(CHECKOUT, 'sandbox', 'clips', name)));
}
