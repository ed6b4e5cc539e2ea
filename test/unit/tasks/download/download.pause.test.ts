import { CLIP, bodyOf, downloading, ok, taskWith } from '../../lib/clips';

const URL = 'https://cdn.example/v.mp4';

const busy = (status: number, retryAfter?: string) => ({
	status,
	headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
	body: bodyOf(Buffer.from('Busy')),
});

/** Downloads from a server that is busy the first time; `pausedMs` is between the two requests. */
async function afterBusy(status: number, retryAfter: (now: number) => string) {
	const at: number[] = [];
	const { clock, opened, run } = downloading((_, nth) => {
		at.push(clock.now());
		return nth === 0 ? busy(status, retryAfter(clock.now())) : ok(CLIP);
	});
	const { downloadError } = await run();
	return { downloadError, requests: opened.length, pausedMs: (at[1] ?? NaN) - (at[0] ?? NaN) };
}

describe('A server of clips that asks for a pause', () => {
	it.each([
		['in seconds, with 429', 429, () => '40'],
		['in seconds, with 503', 503, () => '40'],
		['by a date', 503, (now: number) => new Date(now + 40_000).toUTCString()],
	])('%s gets it', async (_, status, retryAfter) => {
		const { downloadError, pausedMs } = await afterBusy(status, retryAfter);
		expect(downloadError).toBeUndefined();
		expect(pausedMs).toBeGreaterThanOrEqual(40_000);
		expect(pausedMs).toBeLessThan(41_000);
	});

	it.each(['0', '-5', 'soon', ''])('of "%s" is tried again after the usual one', async (value) => {
		const { downloadError, pausedMs } = await afterBusy(429, () => value);
		expect(downloadError).toBeUndefined();
		expect(pausedMs).toBeGreaterThanOrEqual(500);
		expect(pausedMs).toBeLessThan(1_100);
	});

	it('that is too long is not waited for, and the text tells it', async () => {
		const { downloadError, requests } = await afterBusy(429, () => '3600');
		expect(downloadError).toMatch(/: status 429, and it asks to come back after 3600 s$/);
		expect(requests).toBe(1);
	});

	it('does not keep others from being fetched', async () => {
		const seen = new Set<string>();
		const { clock, download } = downloading((_signal, _nth, url) => {
			const first = !seen.has(url) && url !== URL;
			seen.add(url);
			return first ? busy(503, '40') : ok(CLIP);
		});
		const endOf = async (url: string) => {
			await download(taskWith([url]), { field: 'data' });
			return clock.elapsed;
		};
		const busyOnes = Array.from({ length: 5 }, (_, index) => `${URL}?${index}`);
		const ends = await clock.run(Promise.all([...busyOnes, URL].map(endOf)));
		expect(Math.max(...ends)).toBeGreaterThanOrEqual(40_000);
		expect(ends.at(-1)).toBeLessThan(1_000);
	});

	it('is not waited for after Stop', async () => {
		const { clock, opened, run } = downloading(() => busy(503, '200'));
		clock.at(10_000, () => clock.stop());
		expect((await run()).downloadError).toContain('the execution was stopped');
		expect(clock.elapsed).toBeLessThan(11_000);
		expect(opened).toHaveLength(1);
	});
});
