import { bodyOf, CLIP, CLIP_HEADERS, downloading, ok, silentBody } from '../../lib/clips';

const URL = 'https://cdn.example/v.mp4';
const cutBody = () => bodyOf(CLIP.subarray(0, 50_000), { error: new Error('aborted') });
const PAGE = Buffer.from('<!doctype html><title>This link has expired</title>');

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
