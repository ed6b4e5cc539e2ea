import {
	bodyOf,
	CLIP,
	CLIP_HEADERS,
	downloading,
	ok,
	silentBody,
	TAKERS,
	taskWith,
	type Taker,
} from '../../lib/clips';

const URL = 'https://cdn.example/v.mp4';
const cutBody = () => bodyOf(CLIP.subarray(0, 50_000), { error: new Error('aborted') });
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

describe('A transfer that was cut', () => {
	it('is repeated twice, and then told: the item keeps its URLs', async () => {
		const open = () => ({ status: 200, headers: CLIP_HEADERS, body: cutBody() });
		const { opened, run } = downloading(open);
		const { binary, downloadError } = await run();
		expect(opened).toHaveLength(3);
		expect(binary).toEqual({});
		expect(downloadError).toContain(`${URL}: the transfer was cut, 3 times in a row`);
	});

	it.each([
		['an error in the middle', () => ({ status: 200, headers: CLIP_HEADERS, body: cutBody() })],
		['an end that comes too early', () => ok(CLIP.subarray(0, 50_000))],
		['status 503', () => ({ status: 503, headers: {}, body: bodyOf(PAGE) })],
		['status 429', () => ({ status: 429, headers: {}, body: bodyOf(PAGE) })],
		[
			'a body that broke before anybody read it',
			async () => {
				const body = bodyOf(CLIP).destroy();
				await new Promise((resolve) => body.once('close', resolve));
				return { status: 200, headers: CLIP_HEADERS, body };
			},
		],
	])('by %s may come whole the next time', async (_, broken) => {
		const { opened, run, saved } = downloading((__, nth) => (nth === 0 ? broken() : ok(CLIP)));
		const { binary, downloadError } = await run();
		expect(downloadError).toBeUndefined();
		expect(Object.keys(binary)).toEqual(['data']);
		expect(opened).toHaveLength(2);
		expect(saved.at(-1)?.content.equals(CLIP)).toBe(true);
	});

	it('before there was an answer is repeated as well', async () => {
		const { opened, run } = downloading((_, nth) => {
			if (nth < 2) throw new Error('ECONNRESET');
			return ok(CLIP);
		});
		expect(Object.keys((await run()).binary)).toEqual(['data']);
		expect(opened).toHaveLength(3);
	});

	it('does not cost the other clips of the task', async () => {
		const { run } = downloading((_, __, url) =>
			url === URL ? { status: 404, headers: {}, body: bodyOf(PAGE) } : ok(CLIP),
		);
		const { binary, downloadError } = await run([URL, `${URL}?2`]);
		expect(Object.keys(binary)).toEqual(['data_1']);
		expect(downloadError).toContain('status 404');
	});

	it('is not seen in a length that counts packed bytes', async () => {
		const headers = { ...CLIP_HEADERS, 'content-length': '999999', 'content-encoding': 'gzip' };
		const { run } = downloading(() => ok(CLIP, headers));
		expect((await run()).downloadError).toBeUndefined();
	});
});

describe('A transfer without a length', () => {
	const headers = { 'content-type': 'video/mp4' };

	it('is believed when the clip itself is whole', async () => {
		const { run, saved } = downloading(() => ok(CLIP, headers));
		expect((await run()).downloadError).toBeUndefined();
		expect(saved[0]?.content.equals(CLIP)).toBe(true);
	});

	it('that ends early is seen in the clip, and repeated', async () => {
		let tries = 0;
		const { run, saved } = downloading(() =>
			ok(tries++ === 0 ? CLIP.subarray(0, -1_000) : CLIP, headers),
		);
		expect((await run()).downloadError).toBeUndefined();
		expect(saved.at(-1)?.content.equals(CLIP)).toBe(true);
		expect(tries).toBe(2);
	});
});

describe('A link that gives no whole clip', () => {
	it('because it gives a part that nobody asked for', async () => {
		const { run } = downloading(() => ({ ...ok(CLIP), status: 206 }));
		expect((await run()).downloadError).toContain('only a part of it came, 3 times in a row');
	});

	it.each([
		['ECONNREFUSED', 'the connection was refused, 3 times in a row'],
		['ENOTFOUND', 'the name of the server was not found, 3 times in a row'],
		['ECONNABORTED', 'no whole answer came in time, 3 times in a row'],
		['CERT_HAS_EXPIRED', "the server's certificate has expired. Correct the certificate"],
		['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is not trusted. Correct"],
		['ERR_FR_TOO_MANY_REDIRECTS', 'leads to another one over and over. Check the address'],
	])('because of %s', async (code, words) => {
		const { run } = downloading(() => {
			throw Object.assign(new Error('failed'), { code });
		});
		expect((await run()).downloadError).toContain(words);
	});

	it("because of n8n's own protection", async () => {
		const { run } = downloading(() => {
			throw Object.assign(
				new Error('The request was blocked because it resolves to a restricted IP'),
				{
					name: 'SsrfBlockedIpError',
				},
			);
		});
		expect((await run()).downloadError).toContain('N8N_SSRF_ALLOWED_HOSTNAMES');
	});
});

describe('A transfer that never ends', () => {
	it.each([
		['sends nothing', Buffer.alloc(0)],
		['stops in the middle', CLIP],
	])('because the server %s is cut, and told', async (_, head) => {
		const { clock, run } = downloading((signal) => ({
			status: 200,
			headers: { 'content-type': 'video/mp4' },
			body: silentBody(signal, head),
		}));
		const { downloadError } = await run();
		expect(downloadError).toContain('the transfer was too slow, 3 times in a row');
		expect(clock.elapsed).toBeGreaterThan(180_000);
		expect(clock.elapsed).toBeLessThan(420_000);
	});

	it('is ended by Stop within a second', async () => {
		const { clock, opened, run } = downloading((signal) => ({
			status: 200,
			headers: { 'content-type': 'video/mp4' },
			body: silentBody(signal, CLIP),
		}));
		clock.at(10_000, () => clock.stop());
		const { downloadError } = await run();
		expect(downloadError).toContain('the execution was stopped');
		expect(clock.elapsed).toBeLessThan(11_000);
		expect(opened).toHaveLength(1);
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
