/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { IMAGE_MAX_BYTES } from '../../../nodes/shared/contract';
import { imageToVideo, open, type Client } from './lib/client';
import { Receiver } from './lib/receiver';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');

const serving = async (body: Buffer, status = 200) =>
	(
		await Receiver.open((response) => {
			response.statusCode = status;
			response.end(body);
		})
	).url;

async function made(client: Client, urls: string[], input = {}) {
	const { data } = await client.post(imageToVideo(urls, input));
	return await client.ended(String(data.data?.taskId));
}

describe('An image', () => {
	it.each([
		['start.png', 'image/png'],
		['end.jpg', 'image/jpeg'],
		['sample.webp', 'image/webp'],
	])('of the sandbox is there to use: %s', async (name, type) => {
		const client = await open();
		const url = `${client.sandbox.origin}/images/${name}`;
		const { status, headers, data } = await client.download(url);
		expect([status, headers['content-type']]).toEqual([200, type]);
		const task = await made(client, [url]);
		expect(task.state).toBe('success');
		expect(task.images).toEqual([{ url, contacted: true, status: 200, bytes: data.length, type }]);
	});

	it.each(['none.png', 'toString', ''])('that the sandbox has not is a 404: "%s"', async (name) => {
		const client = await open();
		expect((await client.download(`${client.sandbox.origin}/images/${name}`)).status).toBe(404);
	});

	it('of the start and the end are both fetched, in order', async () => {
		const client = await open();
		const urls = [await serving(PNG), await serving(PNG)];
		const { images } = await made(client, urls);
		expect(images.map(({ url }) => url)).toEqual(urls);
	});

	it('on another machine is believed unseen', async () => {
		const client = await open();
		const url = 'https://images.example/a.png';
		const { state, images } = await made(client, [url]);
		expect(state).toBe('success');
		expect(images).toEqual([{ url, contacted: false }]);
	});

	it('may be as large as the service allows', async () => {
		const client = await open();
		const image = Buffer.concat([PNG, Buffer.alloc(IMAGE_MAX_BYTES - PNG.length)]);
		expect((await made(client, [await serving(image)])).state).toBe('success');
	});

	it.each<[string, string, () => Promise<string>]>([
		['missing', 'IMAGE_DOWNLOAD_FAILED', async () => await serving(PNG, 404)],
		['on a server that is down', 'IMAGE_DOWNLOAD_FAILED', async () => 'http://127.0.0.1:1/a.png'],
		[
			'cut off',
			'IMAGE_DOWNLOAD_FAILED',
			async () =>
				(
					await Receiver.open((response) => {
						response.writeHead(200, { 'Content-Length': 1_000 });
						response.write(PNG, () => response.destroy());
					})
				).url,
		],
		['one byte too large', 'IMAGE_TOO_LARGE', async () => await serving(tooLarge)],
		['a GIF', 'UNSUPPORTED_FORMAT', async () => await serving(Buffer.from('GIF89a'))],
		['a page', 'UNSUPPORTED_FORMAT', async () => await serving(Buffer.from('<html>'))],
		['empty', 'UNSUPPORTED_FORMAT', async () => await serving(Buffer.alloc(0))],
	])(
		'that is %s makes the task fail with %s, and the charge comes back',
		async (_what, code, serve) => {
			const client = await open();
			const url = await serve();
			const task = await made(client, [url], { prompt: '[sandbox: takes=2min]' });
			expect(task).toMatchObject({
				state: 'failed',
				failCode: code,
				images: [{ url, failCode: code }],
			});
			expect(client.sandbox.stats()).toMatchObject({ charges: 1, refunds: 1 });
			expect(client.sandbox.balance).toBe(100);
		},
	);

	it('that will not do ends the task at once, once', async () => {
		const client = await open({ timeScale: 5 });
		const bad = await serving(PNG, 404);
		const task = await made(client, [bad, bad], { prompt: '[sandbox: takes=20s, state=busy]' });
		expect(task.images).toHaveLength(1);
		expect(Number(task.completeTime) - task.createTime).toBeLessThan(3_000);
		expect(task.states.map(({ state }) => state)).toEqual(['pending', 'busy', 'failed']);
		expect((await client.submit('[sandbox: takes=21s]')).status).toBe(200);
		await client.ended(client.sandbox.tasks()[1]?.id ?? '');
		expect(client.task(task.id).states).toHaveLength(3);
		expect(client.sandbox.stats()).toMatchObject({ charges: 2, refunds: 1 });
	});

	it('that comes late holds the task up', async () => {
		const client = await open();
		const url = (await Receiver.open((response) => void setTimeout(() => response.end(PNG), 200)))
			.url;
		const task = await made(client, [url], { prompt: '[sandbox: takes=1s]' });
		expect(task.state).toBe('success');
		expect(Number(task.completeTime) - task.createTime).toBeGreaterThanOrEqual(198);
	});
});

const tooLarge = Buffer.concat([PNG, Buffer.alloc(IMAGE_MAX_BYTES - PNG.length + 1)]);
