/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import fc from 'fast-check';

import { KEY } from './context';

/** How often a property is tried, from where: FUZZ_RUNS and FUZZ_SEED say otherwise. */
export const RUNS = {
	numRuns: Number(process.env.FUZZ_RUNS ?? 1_000),
	seed: Number(process.env.FUZZ_SEED ?? 20_260_109),
};

/** Ten thousand runs of the slowest property. */
const FUZZ_TIMEOUT_MS = 600_000;

/** A test whose body tries a property with `RUNS`. Its name tells how often; a failure names the seed and the case. */
export function fuzz(promise: string, body: () => void | Promise<void>): void {
	const cases = RUNS.numRuns.toLocaleString('en-US');
	it(`${promise} (${cases} cases)`, async () => await body(), FUZZ_TIMEOUT_MS);
}

/** Any JSON, with the names among it that code tends to stumble over. */
export const anyJson = fc.oneof(
	fc.jsonValue({ maxDepth: 4 }),
	fc.dictionary(
		fc.constantFrom('toString', 'valueOf', '__proto__', 'constructor', 'code', 'data', 'length'),
		fc.jsonValue({ maxDepth: 1 }),
		{ maxKeys: 4 },
	),
);

/** What an expression may give for a parameter. */
export const anyValue = fc.oneof(
	fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
	anyJson,
	fc.double(),
	fc.string(),
	fc.webUrl(),
	fc.double().map(String),
	fc.constantFrom(
		'5',
		' 10 ',
		'true',
		'0.3',
		'{{ $json.x }}',
		'https://',
		'http:x',
		'\n',
		'',
		7,
		'4:3',
	),
	fc.constantFrom('http://127.0.0.1/x', 'text/plain', 0, 11 * 1024 ** 2, 'x'.repeat(2501)),
);

const orAnything = <Value>(arbitrary: fc.Arbitrary<Value>) =>
	fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: anyJson });

const taskData = fc.record(
	{
		taskId: orAnything(fc.constantFrom('t1', 't2', '', KEY)),
		state: orAnything(fc.constantFrom('pending', 'processing', 'success', 'failed', KEY)),
		resultJson: orAnything(
			fc.constantFrom(
				'',
				'{',
				'{"resultUrls":["https://a/b"]}',
				`{"resultUrls":["https://a/${KEY}","x"]}`,
				'{"resultUrls":[]}',
				'[]',
				'null',
			),
		),
		failCode: orAnything(fc.constantFrom('NSFW', 'toString', '__proto__', 'NEW', KEY)),
		failMsg: orAnything(fc.oneof(fc.string(), fc.constant(KEY))),
		createTime: orAnything(fc.integer()),
	},
	{ requiredKeys: [] },
);

/** Something like an envelope, or anything else; some of its texts are the key. */
export const anyBody = fc.oneof(
	fc.record(
		{
			code: orAnything(fc.constantFrom(200, 400, 401, 429, 500, 503, '200', '')),
			message: orAnything(fc.oneof(fc.string(), fc.constant(KEY))),
			data: orAnything(taskData),
		},
		{ requiredKeys: [] },
	),
	anyJson,
	fc.string(),
);

export const anyStatus = fc.oneof(
	fc.constantFrom(200, 201, 204, 301, 400, 401, 402, 403, 404, 408, 429, 500, 502, 503, 504),
	fc.integer({ min: -1, max: 1000 }),
	fc.constant(NaN),
);

export const anyHeaders = fc.record(
	{
		'retry-after': fc.oneof(
			fc.constantFrom('', '1', '-1', '1e9', 'soon', 'Fri, 09 Jan 2026 12:00:30 GMT'),
			anyJson,
		),
	},
	{ requiredKeys: [] },
);
