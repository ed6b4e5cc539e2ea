import { clipOf } from '../../../sandbox/clips';
import type { FaultRule } from '../../../sandbox';
import { brokenBy, leaving, open } from './lib/client';
import { until } from '../../../harness/until';

const CLIP = clipOf(5);

const broken = async (rule: Pick<FaultRule, 'kind'>, config = {}) => {
	const client = await open();
	const [url = ''] = await client.clips();
	client.sandbox.faults.add({ on: 'download', ...rule });
	const code = await brokenBy(client.download(url, config));
	expect((await client.download(url)).data.equals(CLIP)).toBe(true);
	return code;
};

const spoiled = async (rule: Pick<FaultRule, 'kind' | 'delayMs'>) => {
	const client = await open();
	const [url = ''] = await client.clips();
	client.sandbox.faults.add({ on: 'download', ...rule });
	const answer = await client.download(url);
	expect((await client.download(url)).data.equals(CLIP)).toBe(true);
	return answer;
};

describe('A download', () => {
	it('can be refused', async () => {
		expect((await spoiled({ kind: 'status' })).status).toBe(500);
	});

	it('can be an envelope with an error', async () => {
		const { status, data } = await spoiled({ kind: 'body-code' });
		expect(status).toBe(200);
		expect(JSON.parse(data.toString())).toMatchObject({ code: 500 });
	});

	it.each(['reset-before', 'reset-after'] as const)('can be cut off: %s', async (kind) => {
		expect(await broken({ kind })).toBe('ECONNRESET');
	});

	it('can be garbage', async () => {
		const { status, data } = await spoiled({ kind: 'garbage' });
		expect(status).toBe(200);
		expect(data.includes('ftyp')).toBe(false);
	});

	it('can be empty', async () => {
		const { status, data, headers } = await spoiled({ kind: 'no-data' });
		expect([status, headers['content-type'], data.length]).toEqual([200, 'video/mp4', 0]);
	});

	it('can break off after half of it', async () => {
		const client = await open();
		const [url = ''] = await client.clips();
		client.sandbox.faults.add({ on: 'download', kind: 'half-body' });
		const { data, headers } = await client.download(url, { responseType: 'stream' });
		let got = 0;
		const stream = data as unknown as NodeJS.ReadableStream;
		stream.on('data', (chunk: Buffer) => (got += chunk.length));
		const end = new Promise<string>((resolve) => {
			stream.on('end', () => resolve('whole'));
			stream.on('error', () => resolve('broken'));
		});
		expect(await end).toBe('broken');
		expect(Number(headers['content-length'])).toBe(CLIP.length);
		expect(got).toBe(Math.floor(CLIP.length / 2));
	});

	it('can go on for ever', async () => {
		expect(await broken({ kind: 'endless' }, leaving(1_000))).toBe('ERR_CANCELED');
	});

	it('can come late', async () => {
		const started = performance.now();
		expect((await spoiled({ kind: 'slow', delayMs: 100 })).data.equals(CLIP)).toBe(true);
		expect(performance.now() - started).toBeGreaterThanOrEqual(98);
	});

	it('can come as a page', async () => {
		const { data, headers } = await spoiled({ kind: 'wrong-type' });
		expect(headers['content-type']).toBe('text/html');
		expect(data.equals(CLIP)).toBe(true);
	});

	it('is there for a finished task only', async () => {
		const client = await open();
		const [url = ''] = await client.clips();
		const running = await client.submitted('[sandbox: never-ends]');
		const failed = await client.submitted('[sandbox: fail=NSFW]');
		await client.ended(failed);
		const clip = (name: string) => `${client.sandbox.origin}/clips/${name}.mp4`;
		for (const name of [running, failed, 'task_unknown', `${client.sandbox.tasks()[0]?.id}-2`]) {
			expect((await client.download(clip(name))).status).toBe(404);
		}
		expect((await client.download(url)).status).toBe(200);
		expect(client.sandbox.stats()).toMatchObject({
			downloads: 1,
			statusCounts: { download: { 200: 1, 404: 4 } },
		});
		expect(client.sandbox.tasks().map(({ downloads }) => downloads)).toEqual([1, 0, 0]);
	});

	it('comes at the pace that was asked for, a fast one too', async () => {
		const client = await open();
		const [url = ''] = await client.clips('[sandbox: slow-download=10MB, size=5MB]');
		const started = Date.now();
		expect((await client.download(url)).data).toHaveLength(5_000_000);
		expect(Date.now() - started).toBeGreaterThanOrEqual(400);
		expect(Date.now() - started).toBeLessThan(2_000);
	});

	it('that its client leaves is forgotten', async () => {
		const client = await open();
		const [url = ''] = await client.clips('[sandbox: slow-download=1kB, size=1MB]');
		expect(await brokenBy(client.download(url, leaving(500)))).toBe('ERR_CANCELED');
		await until(() => client.sandbox.stats().downloads === 1);
		expect((await client.balance()).status).toBe(200);
	});
});
