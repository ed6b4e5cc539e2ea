import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTo } from '../../../harness/world/drive.mts';
import { assertClip } from './clips.mts';
import type { ExampleStage } from './stage.mts';

/** Examples with a row or a format for each clip. */
export function campaignExamples(stage: () => ExampleStage): void {
	const fileCalled = (name: string) => {
		const file = stage().world.drive.files.find((one) => one.name === name);
		assert.ok(file, `${name} is in Drive`);
		return file;
	};

	test('sheet-to-drive.json: each row gets its clip and its link, or the reason', async () => {
		const [sheet] = stage().world.sheets.spreadsheets;
		assert.ok(sheet);
		sheet.rows.push(['Skin', 'Too much of it [sandbox: fail=NSFW]'], ['Nothing', '']);
		const run = await stage().run('sheet-to-drive.json');
		assert.equal(run.status, 'success', run.error?.message);
		const [, ...rows] = sheet.rows;
		for (const [name, prompt, status, link] of rows.slice(0, 3)) {
			// Another example orders the same prompt: the last one is this row's.
			const tasks = stage().sandbox.tasks();
			const task = tasks.findLast(({ request }) => request.input.prompt === prompt);
			const file = fileCalled(`${name}.mp4`);
			assertClip(stage(), file, task?.id);
			assert.deepEqual([status, link], ['ready', linkTo(file)]);
		}
		const [skin, nothing] = rows.slice(3);
		assert.match(String(skin?.[2]), /NSFW|content/i);
		assert.match(String(nothing?.[2]), /Prompt/);
		assert.deepEqual([skin?.[3], nothing?.[3]], [undefined, undefined]);

		const again = await stage().run('sheet-to-drive.json');
		assert.equal(again.status, 'success', again.error?.message);
		assert.equal(again.items('New Rows').length, 0);
		assert.equal(again.runs.APIXO, undefined, 'a row that is done is not ordered again');
	});

	test('one-campaign-three-formats.json: three files in Drive, one message in Slack', async () => {
		const run = await stage().run('one-campaign-three-formats.json');
		assert.equal(run.status, 'success', run.error?.message);
		const ids = run.items('APIXO').map(({ json }) => json.taskId);
		const ratios = ids.map((id) => stage().task(id).request.input.aspect_ratio);
		assert.deepEqual(ratios, ['16:9', '9:16', '1:1']);
		const files = ['16x9', '9x16', '1x1'].map((format) => fileCalled(`Summer ${format}.mp4`));
		files.forEach((file, index) => assertClip(stage(), file, ids[index]));
		const said = stage().world.slack.messages.filter(({ text }) => text.startsWith('Summer is'));
		assert.equal(said.length, 1);
		const lines = files.map((file) => `${file.name} ${linkTo(file)}`);
		assert.equal(said[0]?.text, ['Summer is ready:', ...lines].join('\n'));
	});
}
