/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import fc from 'fast-check';

/** How often a property is tried, from where: FUZZ_RUNS and FUZZ_SEED say otherwise. */
export const RUNS = {
	numRuns: Number(process.env.FUZZ_RUNS ?? 1_000),
	seed: Number(process.env.FUZZ_SEED ?? 20_260_109),
};

/** Ten thousand runs of the slowest property. */
export const FUZZ_TIMEOUT_MS = 600_000;

/** Any JSON, with the names among it that code tends to stumble over. */
export const anyJson = fc.oneof(
	fc.jsonValue({ maxDepth: 4 }),
	fc.dictionary(
		fc.constantFrom('toString', 'valueOf', '__proto__', 'constructor', 'code', 'data', 'length'),
		fc.jsonValue({ maxDepth: 1 }),
		{ maxKeys: 4 },
	),
);

const orAnything = <Value>(arbitrary: fc.Arbitrary<Value>) =>
	fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: anyJson });

const taskData = fc.record(
	{
		taskId: orAnything(fc.constantFrom('t1', 't2', '')),
		state: orAnything(fc.constantFrom('pending', 'processing', 'success', 'failed')),
		resultJson: orAnything(
			fc.constantFrom('', '{', '{"resultUrls":["https://a/b"]}', '{"resultUrls":[]}', '[]', 'null'),
		),
		failCode: orAnything(fc.constantFrom('NSFW', 'toString', '__proto__', 'NEW')),
		failMsg: orAnything(fc.string()),
		createTime: orAnything(fc.integer()),
	},
	{ requiredKeys: [] },
);

/** Something like an envelope, or anything else. */
export const anyBody = fc.oneof(
	fc.record(
		{
			code: orAnything(fc.constantFrom(200, 400, 401, 429, 500, 503, '200', '')),
			message: orAnything(fc.string()),
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
