import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClip } from './clips.mts';
import type { ExampleStage } from './stage.mts';

/** The examples to begin with, whose videos stay in n8n. */
export function firstExamples(stage: () => ExampleStage): void {
	const pictures = {
		'text-to-video.json': undefined,
		'image-to-video.json': ['https://example.com/product-photo.jpg'],
	};
	for (const [file, urls] of Object.entries(pictures)) {
		test(`${file}: the video comes out, ready to go on`, async () => {
			const run = await stage().run(file);
			assert.equal(run.status, 'success', run.error?.message);
			const [item] = run.items('APIXO');
			const { taskId, prompt } = item?.json ?? {};
			const { input } = stage().task(taskId).request;
			assert.deepEqual([input.prompt, input.image_urls], [prompt, urls]);
			const { id, fileName: name = '', mimeType: type } = item?.binary?.data ?? {};
			assert.ok(id, 'the video is downloaded');
			const bytes = await stage().n8n.download(id);
			assertClip(stage(), { name, type: String(type), bytes }, taskId);
		});
	}
}
