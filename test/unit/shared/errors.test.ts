import {
	canceled,
	FAIL_CODE_HINTS,
	outcomeUnknown,
	refused,
	taskFailed,
	timedOut,
	withOthers,
} from '../../../nodes/shared/errors';

/** https://apixo.ai/docs/api-reference/errors */
const KNOWN_FAIL_CODES = [
	'CONTENT_VIOLATION',
	'NSFW_DETECTED',
	'PROMPT_TOO_LONG',
	'INVALID_PROMPT',
	'INVALID_IMAGE_URL',
	'IMAGE_TOO_LARGE',
	'UNSUPPORTED_FORMAT',
	'IMAGE_DOWNLOAD_FAILED',
	'PROCESSING_TIMEOUT',
	'MODEL_UNAVAILABLE',
	'GENERATION_FAILED',
	'INSUFFICIENT_CREDITS',
	'SensitiveContent',
	'SensitiveContentDetected',
	'InputImageSensitiveContentDetected',
	'InputOutputSensitiveContentDetected',
	'NSFW',
	'ProhibitedContentDetected',
	'PromptLengthExceeded',
];

const failed = (failCode?: string, failMsg?: string) =>
	taskFailed({ taskId: 't1', ended: true, state: 'failed', failCode, failMsg });

describe('A task that failed', () => {
	it.each(KNOWN_FAIL_CODES)('with %s is told with its id, its words and what to do', (code) => {
		const { message, description } = failed(code, 'The words of the service');
		expect(message).toContain('video t1');
		expect(message).toContain(`The words of the service (${code})`);
		expect(description).toContain(FAIL_CODE_HINTS[code]);
		expect(description).toContain('does not say whether a failed video is billed');
		expect(description.length).toBeGreaterThan(10);
	});

	it('with a code that nobody knows passes through', () => {
		expect(failed('BRAND_NEW', 'Because').message).toContain('Because (BRAND_NEW)');
		expect(failed('BRAND_NEW', 'Because').description).not.toContain('undefined');
	});

	it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
		'with the code "%s" gets no hint out of thin air',
		(code) => {
			expect(typeof failed(code, 'Because').description).toBe('string');
			expect(failed(code, 'Because').description).toContain('what the service says');
		},
	);

	it('without any words still names the task', () => {
		expect(failed().message).toBe('APIXO could not make video t1: no reason was given');
	});
});

describe('A text after the submission', () => {
	it.each([
		['of a refused read', refused('read', { status: 401, message: 'no' }, 't1')],
		['of a time-out', timedOut('t1', 1000)],
		['of a failure', failed()],
	])('%s names the task in the message itself', (_, { message }) => {
		expect(message).toContain('t1');
	});

	it('of one item names the tasks of the others', () => {
		const problem = withOthers(timedOut('t1', 1000), { taskIds: ['t2', 't3'], maybePaid: 0 });
		expect(problem.message).toContain('Other tasks of this run: t2, t3');
		expect(problem.description).toContain('"Video → Get"');
		expect(withOthers(failed(), { taskIds: [], maybePaid: 0 })).toEqual(failed());
	});

	it('of one item tells how many others may have been submitted', () => {
		const { message } = withOthers(outcomeUnknown('lost'), { taskIds: ['t2'], maybePaid: 3 });
		expect(message).toMatch(/t2\. 3 more may or may not have been submitted$/);
	});

	it('of a stop says so when nothing is left running', () => {
		expect(canceled([], [], 0)).toEqual({
			message: 'The execution was canceled',
			description: 'No task was left running.',
		});
	});

	it('of an unknown outcome tells how to find out, and how to go on', () => {
		const { description } = outcomeUnknown('lost');
		expect(description).toContain('the balance');
		expect(description).toContain('Resubmit If Unclear');
	});
});
