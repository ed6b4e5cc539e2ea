import {
	ASPECT_RATIOS,
	DURATIONS,
	PROMPT_MAX_LENGTH,
	PROVIDERS,
} from '../../../nodes/shared/contract';
import { imageToVideo, open, textToVideo } from './lib/client';

const IMAGE = 'https://images.example/a.png';
const tooLong = 'x'.repeat(PROMPT_MAX_LENGTH + 1);

const callback = (callback_url?: string) =>
	textToVideo({
		request_type: 'callback',
		...(callback_url === undefined ? {} : { callback_url }),
	});

/** What is wrong, the body, and where the refusal must say that it is. */
const BROKEN: Array<[string, unknown, string]> = [
	['no request_type', { input: {} }, 'request_type'],
	['an unknown request_type', textToVideo({ request_type: 'sync' }), 'request_type'],
	['no callback_url in callback mode', callback(), 'callback_url'],
	['a callback_url without TLS', callback('http://example.com/hook'), 'callback_url'],
	['a callback_url that is no web address', callback('ftp://example.com/hook'), 'callback_url'],
	['a relative callback_url', callback('/hook'), 'callback_url'],
	['a callback_url in async mode', textToVideo({ callback_url: 'https://a.example' }), 'body'],
	['an unknown provider', textToVideo({ provider: 'cheapest' }), 'provider'],
	['no input', { request_type: 'async' }, 'input'],
	['no mode', textToVideo({}, { mode: undefined }), 'input.mode'],
	['an unknown mode', textToVideo({}, { mode: 'video-to-video' }), 'input.mode'],
	['no prompt', textToVideo({}, { prompt: undefined }), 'input.prompt'],
	['an empty prompt', textToVideo({}, { prompt: '' }), 'input.prompt'],
	['a prompt that is too long', textToVideo({}, { prompt: tooLong }), 'input.prompt'],
	['no duration', textToVideo({}, { duration: undefined }), 'input.duration'],
	['a duration as text', textToVideo({}, { duration: '5' }), 'input.duration'],
	['a duration that is not offered', textToVideo({}, { duration: 7 }), 'input.duration'],
	['an unknown ratio', textToVideo({}, { aspect_ratio: '4:3' }), 'input.aspect_ratio'],
	['an empty ratio', textToVideo({}, { aspect_ratio: '' }), 'input.aspect_ratio'],
	['a ratio beside images', imageToVideo([IMAGE], { aspect_ratio: '16:9' }), 'input: '],
	['images in text-to-video', textToVideo({}, { image_urls: [IMAGE] }), 'input: '],
	['no images in image-to-video', imageToVideo(undefined), 'input.image_urls'],
	['an empty list of images', imageToVideo([]), 'input.image_urls'],
	['three images', imageToVideo([IMAGE, IMAGE, IMAGE]), 'input.image_urls'],
	['an image as data', imageToVideo(['data:image/png;base64,AAAA']), 'input.image_urls.0'],
	['an image that is no URL', imageToVideo([IMAGE, 'a.png']), 'input.image_urls.1'],
	['images that are no list', imageToVideo(IMAGE), 'input.image_urls'],
	[
		'a long negative prompt',
		textToVideo({}, { negative_prompt: tooLong }),
		'input.negative_prompt',
	],
	['a cfg_scale above 1', textToVideo({}, { cfg_scale: 1.1 }), 'input.cfg_scale'],
	['a cfg_scale below 0', textToVideo({}, { cfg_scale: -0.1 }), 'input.cfg_scale'],
	['a cfg_scale between the steps', textToVideo({}, { cfg_scale: 0.55 }), 'input.cfg_scale'],
	['a cfg_scale as text', textToVideo({}, { cfg_scale: '0.5' }), 'input.cfg_scale'],
	['an unknown field', textToVideo({ idempotency_key: 'a' }), 'idempotency_key'],
	['an unknown input', textToVideo({}, { seed: 1 }), 'seed'],
	['a list', [], 'body'],
	['no JSON', '{"request_type":', 'body'],
];

const GOOD: Array<[string, unknown]> = [
	['the least that will do', textToVideo()],
	[
		'every field of text-to-video',
		textToVideo(
			{ provider: 'auto' },
			{ aspect_ratio: '9:16', negative_prompt: 'blur', cfg_scale: 0.5 },
		),
	],
	['a start frame', imageToVideo([IMAGE])],
	['a start and an end frame', imageToVideo([IMAGE, 'http://images.example/b.webp'])],
	['a callback to a public address', callback('https://example.com/hook?row=1')],
	['a callback to this machine', callback('http://localhost:1/hook')],
	['as many characters as may be', textToVideo({}, { prompt: '🎬'.repeat(PROMPT_MAX_LENGTH) })],
	...PROVIDERS.map((provider): [string, unknown] => [
		`the provider ${provider}`,
		textToVideo({ provider }),
	]),
	...ASPECT_RATIOS.map((aspect_ratio): [string, unknown] => [
		`the ratio ${aspect_ratio}`,
		textToVideo({}, { aspect_ratio }),
	]),
	...DURATIONS.map((duration): [string, unknown] => [
		`${duration} s`,
		textToVideo({}, { duration }),
	]),
	...Array.from({ length: 11 }, (_, step): [string, unknown] => [
		`the cfg_scale ${step / 10}`,
		textToVideo({}, { cfg_scale: step / 10 }),
	]),
];

describe('The contract of submissions', () => {
	it.each(BROKEN)('refuses %s, and puts it on record', async (_what, body, place) => {
		const client = await open();
		const { status, data } = await client.post(body);
		expect(status).toBe(400);
		expect(data).toEqual({ code: 400, message: expect.stringContaining(place), data: null });
		expect(client.sandbox.breaches()).toEqual([data.message]);
		expect(client.sandbox.tasks()).toEqual([]);
		expect(client.sandbox.stats()).toMatchObject({ submissionsReceived: 1, charges: 0 });
	});

	it.each(GOOD)('takes %s', async (_what, body) => {
		const client = await open();
		const { status, data } = await client.post(body);
		expect(data).toEqual({
			code: 200,
			message: 'success',
			data: { taskId: expect.stringMatching(/./) },
		});
		expect(status).toBe(200);
		expect(client.sandbox.breaches()).toEqual([]);
		expect(client.sandbox.tasks()).toMatchObject([{ request: body, reads: 0 }]);
	});

	it('says all that is wrong at once', async () => {
		const client = await open();
		const { data } = await client.submit('', {}, { duration: 6, cfg_scale: 2 });
		for (const place of ['prompt', 'duration', 'cfg_scale']) expect(data.message).toContain(place);
	});

	it('wants application/json', async () => {
		const client = await open();
		const { status, data } = await client.post(textToVideo(), {
			headers: { 'Content-Type': 'text/plain' },
		});
		expect(status).toBe(400);
		expect(client.sandbox.breaches()).toEqual([data.message]);
		expect(client.sandbox.tasks()).toEqual([]);
	});
});

describe('The contract of the other calls', () => {
	it('wants a taskId to read', async () => {
		const client = await open();
		expect((await client.read('')).status).toBe(400);
		expect(client.sandbox.breaches()).toHaveLength(1);
	});

	it('wants the model of the submission to read', async () => {
		const client = await open();
		const taskId = await client.submitted();
		expect((await client.read(taskId, {}, 'kling-3')).status).toBe(404);
		expect(client.sandbox.breaches()).toEqual([expect.stringContaining('kling-3')]);
	});

	it('knows the model by its name', async () => {
		const client = await open();
		const { status, data } = await client.post(textToVideo(), {}, 'kling-3');
		expect([status, data.code]).toEqual([404, 404]);
		expect(client.sandbox.breaches()).toEqual([expect.stringContaining('kling-3')]);
	});

	it.each([
		['POST', '/api/v1/apikeys/current-balance'],
		['GET', '/api/v1/generateTask/kling-2-5-turbo-pro'],
		['DELETE', '/api/v1/statusTask/kling-2-5-turbo-pro'],
		['GET', '/statusTask/kling-2-5-turbo-pro'],
	])('has no %s %s', async (method, path) => {
		const { http, sandbox } = await open();
		const { status } = await http.request({ method, url: sandbox.origin + path });
		expect(status).toBe(404);
		expect(sandbox.breaches()).toEqual([`No such endpoint: ${method} ${path}`]);
	});

	it('never wants the key with a download', async () => {
		const client = await open();
		const [url = ''] = await client.clips();
		expect((await client.download(url)).status).toBe(200);
		expect(client.sandbox.breaches()).toEqual([]);
		await client.http.get(url);
		expect(client.sandbox.breaches()).toEqual([expect.stringContaining('API key')]);
	});
});
