import fc from 'fast-check';
import type { IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';

import {
	ASPECT_RATIOS,
	DURATIONS,
	MODES,
	PATHS,
	KLING_MODEL,
	PROVIDERS,
	type GenerateRequest,
} from '../../../nodes/shared/contract';
import { isHttpUrl, isLocalUrl } from '../../../nodes/shared/urls';
import { checkRequest } from '../../../sandbox/requests';
import { KEY } from '../lib/context';
import { anyBody, anyHeaders, anyJson, anyStatus, anyValue, fuzz, RUNS } from '../lib/fuzz';
import {
	expectOwnError,
	expectOwnItem,
	FailingExpression,
	runNode,
	type Parameters,
} from '../lib/fuzz-node';

const failing = fc.constant(new FailingExpression('Referenced node is not there'));

/** Mostly a value that is meant, in one of the types that n8n may give it; at times anything. */
const mostly = (...values: unknown[]) =>
	fc.oneof(
		{ weight: 100, arbitrary: fc.constantFrom(...values) },
		{ weight: 2, arbitrary: anyValue },
		{ weight: 1, arbitrary: failing },
	);

const options = fc.record(
	{
		callbackDeadline: mostly(1800, '60', null),
		callbackMetadata: mostly('{}', '{ "row": 7 }', { row: 7 }, '', [1]),
		cfgScale: mostly(0.5, '0.3', 0, 1, 0.30000000000000004),
		initialDelay: mostly(0, 1, '2', 0.5, null),
		maxConcurrentTasks: mostly(1, 2, '1000'),
		negativePrompt: mostly('', 'blurry', ' ', null),
		pollInterval: mostly(0.1, 1, '3', null),
		provider: mostly(...PROVIDERS),
		resubmitAfterUnknownOutcome: mostly(true, false, 'true'),
		timeout: mostly(5, '20', 0.5, null),
	},
	{ requiredKeys: [] },
);

const shared = {
	resource: fc.constant('video'),
	waitForCompletion: mostly(true, 'true', false),
	downloadVideo: mostly(false, 'false', true),
	binaryPropertyName: mostly('data', ' clip ', '__proto__'),
};

const generateParameters = fc.record(
	{
		...shared,
		operation: fc.constant('generate'),
		mode: mostly(...MODES),
		prompt: mostly('A paper boat', 'é'.repeat(2500), ' x '),
		imageSource: mostly('url', 'binary'),
		startImageUrl: mostly('https://example.com/a.jpg', ' HTTP://example.com/ä.png '),
		endImageUrl: mostly('', 'https://example.com/b.jpg', null, undefined),
		startImageBinaryField: mostly('data', ' data '),
		endImageBinaryField: mostly('', 'data', null),
		duration: mostly(...DURATIONS, ...DURATIONS.map(String)),
		aspectRatio: mostly(...ASPECT_RATIOS),
		requestType: mostly('async', 'async', 'callback'),
		callbackTo: mostly('trigger', 'execution'),
		callbackUrl: mostly('https://n8n.example/webhook/x/webhook'),
		options: fc.oneof({ weight: 100, arbitrary: options }, { weight: 1, arbitrary: anyValue }),
	},
	{ requiredKeys: ['resource', 'operation', 'prompt', 'startImageUrl', 'callbackUrl'] },
);

const getParameters = fc.record(
	{ ...shared, operation: fc.constant('get'), taskId: mostly('t1', ' t2 '), options },
	{ requiredKeys: ['resource', 'operation'] },
);

const anyOperation = fc.oneof(
	{ weight: 6, arbitrary: generateParameters },
	{ weight: 3, arbitrary: getParameters },
	{ weight: 1, arbitrary: fc.constant({ resource: 'account', operation: 'getBalance' }) },
	{ weight: 1, arbitrary: fc.record({ resource: anyJson, operation: anyJson }) },
);

/** A file as a node before may have left it. */
const anyFile = fc.oneof(
	fc.constant({ id: 'filesystem-v2:1', mimeType: 'image/png', bytes: 1_000, data: 'filesystem' }),
	fc.record(
		{
			id: mostly('filesystem-v2:2'),
			mimeType: mostly('image/jpg', 'IMAGE/WEBP; q=1'),
			bytes: mostly(1, 10 * 1024 ** 2),
			data: mostly('aGVsbG8='),
		},
		{ requiredKeys: [] },
	),
);

const anyItem = fc.record({
	json: fc.constant({}),
	binary: fc.option(fc.record({ data: anyFile }), { nil: undefined }),
});

/** What the node runs on, besides its parameters. */
const anyCircumstances = {
	continueOnFail: fc.boolean(),
	type: fc.constantFrom(
		'n8n-nodes-apixo.apixo',
		'n8n-nodes-apixo.apixo',
		'n8n-nodes-apixo.apixoTool',
	),
	stopAfterMs: fc.constantFrom(60_000, 60_000, 1_000, 10),
};

const anyAnswer = fc.record({ statusCode: anyStatus, headers: anyHeaders, body: anyBody });
type Answer = typeof anyAnswer extends fc.Arbitrary<infer Value> ? Value : never;

const ok = (data: unknown) => ({
	statusCode: 200,
	headers: {},
	body: { code: 200, message: 'success', data },
});

/** A service that keeps the contract, except where an answer is given; it notes each submission. */
function serviceWith(answers: Array<Answer | undefined> = []) {
	const submitted: GenerateRequest[] = [];
	let accepted = 0;
	const send = ({ method, url, body, qs }: IHttpRequestOptions) => {
		if (method === 'POST') submitted.push(JSON.parse(JSON.stringify(body)) as GenerateRequest);
		const given = answers.shift();
		if (given !== undefined) return given;
		if (method === 'POST') return ok({ taskId: `task_${++accepted}` });
		if (!url.endsWith(PATHS.read(KLING_MODEL))) return ok(74.87);
		const resultJson = '{"resultUrls":["https://cdn.example/v.mp4"]}';
		return ok({ taskId: qs?.taskId as unknown, state: 'success', resultJson });
	};
	return { send, submitted };
}

const urlsIn = ({ callback_url: callback, input }: GenerateRequest) =>
	[callback ?? [], input.image_urls ?? []].flat();

describe('Whatever the parameters, the credential and the answers are', () => {
	fuzz(
		'the node ends with items or errors of its own, keeps the contract, and never shows the key',
		async () => {
			let submissions = 0;
			await fc.assert(
				fc.asyncProperty(
					fc.array(fc.tuple(anyOperation, anyItem), { minLength: 1, maxLength: 3 }),
					fc.array(fc.option(anyAnswer, { nil: undefined }), { maxLength: 4 }),
					fc.record(anyCircumstances),
					async (inputs, answers, circumstances) => {
						const service = serviceWith(answers);
						const { items, thrown, shown } = await runNode({
							...circumstances,
							parameters: inputs.map(([parameters]) => parameters as Parameters),
							items: inputs.map(([, item]) => item as INodeExecutionData),
							send: service.send,
						});
						if (items === undefined) expectOwnError(thrown);
						else items.forEach(expectOwnItem);
						if (items !== undefined) expect(items).toHaveLength(inputs.length);
						submissions += service.submitted.length;
						const broken = service.submitted
							.map((body) => checkRequest(body, KLING_MODEL))
							.filter((one) => 'broken' in one);
						expect(broken).toEqual([]);
						// The sandbox lives on this machine, and so lets URLs of this machine pass.
						expect(service.submitted.flatMap(urlsIn).filter(isLocalUrl)).toEqual([]);
						expect(shown).not.toContain(KEY);
					},
				),
				RUNS,
			);
			expect(submissions).toBeGreaterThanOrEqual(Math.floor(RUNS.numRuns / 4));
		},
	);

	fuzz('a credential leads to a URL of its own address or to a text that names it', async () => {
		const address = fc.oneof(anyValue, fc.webUrl(), fc.constantFrom(KEY, ` ${KEY}/`, 'HTTPS://a/'));
		const apiKey = fc.oneof(fc.constant(KEY), anyValue);
		await fc.assert(
			fc.asyncProperty(address, apiKey, async (baseUrl, key) => {
				const urls: string[] = [];
				const { items, thrown, shown } = await runNode({
					parameters: [{ resource: 'account', operation: 'getBalance' }],
					items: [{ json: {} }],
					credential: { baseUrl, apiKey: key },
					send: ({ url }) => {
						urls.push(url);
						return ok(1);
					},
					stopAfterMs: 60_000,
				});
				if (items === undefined) expectOwnError(thrown);
				else items.forEach(expectOwnItem);
				expect(urls.filter((url) => !isHttpUrl(url))).toEqual([]);
				if (key === KEY) expect(shown).not.toContain(KEY);
			}),
			RUNS,
		);
	});
});
