import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKOUT } from '../../../harness/checkout.ts';
import { type DriveFile, linkTo } from '../../../harness/world/drive.mts';
import { eventually } from '../stage.mts';
import { assertClip } from './clips.mts';
import { oneAssignment } from './slack.mts';
import { type ExampleStage, withParameters } from './stage.mts';

/** Examples that end in Google Drive. */
export function driveExamples(stage: () => ExampleStage): void {
	const fileCalled = (name: string): DriveFile | undefined =>
		stage().world.drive.files.find((file) => file.name === name);

	/** Drive has this file, and it is the clip of this task. */
	const assertFile = (name: string, taskId: unknown): DriveFile => {
		const file = fileCalled(name);
		assertClip(stage(), file, taskId);
		assert.ok(file);
		return file;
	};

	test('photo-form-to-drive-and-email.json: whoever sent a photo gets the link, or the reason', async () => {
		const workflow = await stage().store('photo-form-to-drive-and-email.json');
		await stage().n8n.activate(workflow);
		const form = workflow.nodes.find(({ type }) => type.endsWith('formTrigger'))?.webhookId;
		const send = async (email: string, photo?: Blob, words = 'The camera glides around it') => {
			const body = new FormData();
			body.append('field-0', email);
			if (photo) body.append('field-1', photo, 'photo.jpg');
			body.append('field-2', words);
			const url = `${stage().n8n.url}/form/${form}`;
			const answer = await fetch(url, { method: 'POST', body });
			assert.equal(answer.status, 200, await answer.text());
		};
		const mailTo = async (address: string) => {
			const find = () =>
				stage().world.mail.messages.find(({ to }) => JSON.stringify(to).includes(address));
			return await eventually(`an e-mail to ${address}`, find);
		};
		const image = await readFile(join(CHECKOUT, 'sandbox', 'images', 'end.jpg'));
		const jpeg = new Blob([new Uint8Array(image)], { type: 'image/jpeg' });

		await send('petra@example.com', jpeg);
		const ready = await mailTo('petra@example.com');
		assert.equal(ready.subject, 'Your video is ready');
		const task = await stage().submitted('The camera glides around it');
		assert.equal(task.images[0]?.bytes, image.length);
		const file = assertFile('photo.mp4', task.id);
		assert.ok(ready.text?.includes(linkTo(file)), ready.text);
		assert.deepEqual(file.sharedWith, ['anyone reader']);

		const reason = async (address: string, ...given: [photo?: Blob, words?: string]) => {
			await send(address, ...given);
			const { subject, text } = await mailTo(address);
			assert.equal(subject, 'Your video could not be made');
			return text ?? '';
		};
		const heic = new Blob(['ftypheic'], { type: 'image/heic' });
		assert.match(await reason('heic@example.com', heic), /HEIC|heic/);
		const big = new Blob([new Uint8Array(12 * 1024 * 1024)], { type: 'image/jpeg' });
		assert.match(await reason('big@example.com', big), /10 MB/);
		assert.match(await reason('none@example.com'), /Photo/);
		const words = 'The camera glides around it';
		const orders = stage()
			.sandbox.tasks()
			.filter(({ request }) => request.input.prompt === words);
		assert.equal(orders.length, 1, 'none of these was ordered');
		const refused = await reason('nsfw@example.com', jpeg, 'Too much skin [sandbox: fail=NSFW]');
		assert.match(refused, /NSFW|content/i);
	});

	test('photos-to-transitions.json: each clip leads from one photo to the next, in order', async () => {
		const run = await stage().run('photos-to-transitions.json');
		assert.equal(run.status, 'success', run.error?.message);
		const room = (state: string) => `https://example.com/living-room-${state}.jpg`;
		const frames = run
			.items('APIXO')
			.map(({ json }) => stage().task(json.taskId).request.input.image_urls);
		assert.deepEqual(frames, [
			[room('empty'), room('furnished')],
			[room('furnished'), room('christmas')],
		]);
		for (const [index, { json }] of run.items('APIXO').entries()) {
			assertFile(`Transition ${index + 1}.mp4`, json.taskId);
		}
	});

	const prompts = (...values: string[]) =>
		withParameters('Prompts', { assignments: oneAssignment('prompts', 'array', values) });

	test('sleep-until-ready.json: sleeps, and wakes with all clips in order', async () => {
		const file = 'sleep-until-ready.json';
		const workflow = await stage().store(file, prompts('Sleep 1', 'Sleep 2', 'Sleep 3'));
		const id = await stage().n8n.start(workflow);
		await stage().n8n.reached(id, ['waiting']);
		const run = await stage().n8n.reached(id, ['success', 'error'], 60_000);
		assert.equal(run.status, 'success', run.error?.message);
		assert.equal(run.items('Get Late Video').length, 0);
		const ids = run.items('APIXO').map(({ json }) => String(json.taskId));
		assert.deepEqual(
			ids.map((one) => stage().task(one).request.input.prompt),
			['Sleep 1', 'Sleep 2', 'Sleep 3'],
		);
		for (const one of ids) assertFile(`${one}.mp4`, one);
	});

	test('sleep-until-ready.json: a clip whose callback never comes is picked up', async () => {
		const soon = withParameters('APIXO', { options: { callbackDeadline: 2 } });
		const lost = prompts('Late [sandbox: no-callback]');
		const run = await stage().run('sleep-until-ready.json', (one) => soon(lost(one)));
		const end = await stage().n8n.reached(run.id, ['success', 'error'], 150_000);
		assert.equal(end.status, 'success', end.error?.message);
		assert.equal(end.items('APIXO')[0]?.json.state, 'pending');
		const [picked] = end.items('Get Late Video');
		assert.equal(picked?.json.taskId, end.items('APIXO')[0]?.json.taskId);
		assertFile(`${String(picked?.json.taskId)}.mp4`, picked?.json.taskId);
	});
}
