import {
	bodyOf,
	CLIP,
	CLIP_HEADERS,
	downloading,
	ok,
	TAKERS,
	taskWith,
	type Taker,
} from '../../lib/clips';

const URL = 'https://cdn.example/v.mp4';
const PAGE = Buffer.from('<!doctype html><title>This link has expired</title>');

describe('A clip', () => {
	it('reaches the store byte for byte, under the name of its task', async () => {
		const { run, saved } = downloading(() => ok(CLIP));
		const { binary, downloadError } = await run();
		expect(downloadError).toBeUndefined();
		expect(Object.keys(binary)).toEqual(['data']);
		expect(saved).toMatchObject([{ fileName: 'task_1.mp4', mimeType: 'video/mp4' }]);
		expect(saved[0]?.content.equals(CLIP)).toBe(true);
	});

	it.each(Object.entries(TAKERS))('arrives whole in a store that %s', async (_, take) => {
		for (const content of [CLIP.subarray(0, 40), CLIP]) {
			const headers = { ...CLIP_HEADERS, 'content-length': String(content.length) };
			const { clock, download, saved } = downloading(() => ok(content, headers), take);
			const { downloadError } = await clock.run(download(taskWith([URL]), { field: 'data' }));
			expect(downloadError).toBeUndefined();
			expect(saved[0]?.content.equals(content)).toBe(true);
		}
	});

	it('is one of several: the first goes to the field, further ones to field_1, field_2', async () => {
		const { run, saved } = downloading(() => ok(CLIP));
		const { binary } = await run([URL, `${URL}?2`, `${URL}?3`], 'clip');
		expect(Object.keys(binary)).toEqual(['clip', 'clip_1', 'clip_2']);
		const names = saved.map(({ fileName }) => fileName);
		expect(names).toEqual(['task_1.mp4', 'task_1_1.mp4', 'task_1_2.mp4']);
	});

	it('is known by its bytes, whatever type the server gives it', async () => {
		const { run } = downloading(() => ok(CLIP, { 'content-type': 'application/octet-stream' }));
		expect(Object.keys((await run()).binary)).toEqual(['data']);
	});

	it('of another container is taken when the server says that it is a video', async () => {
		const webm = Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(500)]);
		const { run, saved } = downloading(() => ok(webm, { 'content-type': 'video/webm' }));
		expect((await run()).downloadError).toBeUndefined();
		expect(saved[0]?.content).toHaveLength(504);
	});

	it('never gets a name that leaves its folder', async () => {
		const { clock, download, saved } = downloading(() => ok(CLIP));
		await clock.run(download(taskWith([URL], '../../etc/passwd'), { field: 'data' }));
		expect(saved[0]?.fileName).toBe('.._.._etc_passwd.mp4');
	});
});

describe('What is not a video is refused at once', () => {
	it.each([
		['a web page', PAGE, { 'content-type': 'text/html' }],
		['a web page that calls itself a video', PAGE, { 'content-type': 'video/mp4' }],
		['JSON that calls itself a video', Buffer.from('{"code":404,"data":1}'), CLIP_HEADERS],
		['a picture', Buffer.alloc(5000, 0x89), { 'content-type': 'image/png' }],
		['something without a type', Buffer.alloc(5000, 1), {}],
		['nothing at all', Buffer.alloc(0), { 'content-type': 'video/mp4' }],
		['a few bytes', Buffer.from([0, 0, 0]), { 'content-type': 'video/mp4' }],
		['a few letters', Buffer.from('Not found'), { 'content-type': 'video/mp4' }],
	])('%s', async (_, content, headers) => {
		const { opened, run, saved } = downloading(() => ok(content, headers));
		const { binary, downloadError } = await run();
		expect(binary).toEqual({});
		expect(downloadError).toBe(`Could not download ${URL}: the answer is not a video`);
		expect(opened).toHaveLength(1);
		expect(saved).toEqual([]);
	});

	it.each([403, 404, 410])('as is status %i', async (status) => {
		const { opened, run } = downloading(() => ({ status, headers: {}, body: bodyOf(PAGE) }));
		expect((await run()).downloadError).toBe(`Could not download ${URL}: status ${status}`);
		expect(opened).toHaveLength(1);
	});
});

describe('A clip that n8n cannot store', () => {
	const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
	it.each<[string, Taker]>([
		[
			'in the middle',
			async (body) => {
				body.destroy();
				throw full;
			},
		],
		[
			'at the end',
			async (body) => {
				await TAKERS['reads it piece by piece'](body);
				throw new Error('larger than the limit of the database');
			},
		],
	])('%s is fetched once, and the reason is told', async (_, take) => {
		const { opened, run } = downloading(() => ok(CLIP), take);
		const { downloadError } = await run();
		expect(opened).toHaveLength(1);
		expect(downloadError).toMatch(/n8n could not store it: (no space left|larger than)/);
	});
});

describe('Many clips', () => {
	it('come five at a time', async () => {
		let open = 0;
		let most = 0;
		const { clock, download } = downloading(async () => {
			most = Math.max(most, ++open);
			await clock.wait(1_000);
			open--;
			return ok(CLIP);
		});
		const tasks = Array.from({ length: 23 }, (_, index) => taskWith([URL], `t${index}`));
		const all = tasks.map(async (task) => await download(task, { field: 'data' }));
		const results = await clock.run(Promise.all(all));
		expect(most).toBe(5);
		expect(results.every(({ downloadError }) => downloadError === undefined)).toBe(true);
	});
});
