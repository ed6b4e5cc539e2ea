const LINK = 'https://cdn.example/{taskId}.mp4';
const json = JSON.stringify;

/** The task's own read, ended; `{taskId}` is filled in by the sandbox. */
const ended = (data: object, code = 200, more: object = { message: 'success' }) => ({
	code,
	...more,
	data: { taskId: '{taskId}', ...data },
});
const success = (resultJson: unknown, more: object = {}) =>
	ended({ state: 'success', resultJson, ...more });
const failed = (failure: object, code = 200, more: object = { message: 'success' }) =>
	ended({ state: 'failed', ...failure }, code, more);

export interface Row {
	on: 'submit' | 'read';
	json: unknown;
	status?: number;
	/** How many requests are answered so. */
	times?: number;
	/** A submission that is answered so creates no task. */
	creates?: false;
	/** Of the item; a text is the beginning of its error. */
	comes: 'video' | RegExp;
}

export const VIDEO = 'video';
const read = (body: unknown, comes: Row['comes'], more: Partial<Row> = {}): Row => ({
	on: 'read',
	json: body,
	comes,
	...more,
});
const submit = (body: unknown, comes: Row['comes'], more: Partial<Row> = {}): Row => ({
	on: 'submit',
	json: body,
	comes,
	times: 1,
	...more,
});
const named = (code: unknown, more: object = {}) => ({
	code,
	...more,
	data: { taskId: '{taskId}' },
});
const made = (words: string) => new RegExp(`^APIXO could not make video task_\\w+: ${words}`);
const UNKNOWN = /^The video task may or may not have been submitted: /;
const NOT_ACCEPTED = /^APIXO did not accept the video task: /;
const NO_LINK =
	/^Video task_\w+ ended with success, but APIXO named no link to it\. In its place came: /;
const none = { creates: false } as const;

/** Section 7 of what is known of the service and its sisters, alone and combined. */
export const ROWS: Record<string, Row> = {
	// The state.
	'SUCCESS in capitals': read(
		ended({ state: 'SUCCESS', resultJson: json({ resultUrls: [LINK] }) }),
		VIDEO,
	),
	'Success with white space': read(ended({ state: ' Success ', resultJson: [LINK] }), VIDEO),
	FAILED: read(failed({ state: 'FAILED', failMsg: 'No', failCode: 'X' }), made('No \\(X\\)')),
	fail: read(failed({ state: 'fail', failMsg: 'No' }), made('No')),
	FAIL: read(failed({ state: 'FAIL', failMsg: 'No' }), made('No')),
	'a state that nobody knows, then the truth': read(ended({ state: 'queued_again' }), VIDEO, {
		times: 2,
	}),
	// A final state beside a code that is not 200.
	'501 with fail': read(
		failed({ state: 'fail', failMsg: 'No' }, 501, { msg: 'error' }),
		made('No'),
	),
	'501 with failed, HTTP 501': read(failed({ failMsg: 'No' }, 501), made('No'), { status: 501 }),
	'501 with the words in msg': read(
		failed({ state: 'fail' }, 501, { msg: 'Too hot' }),
		made('Too hot'),
	),
	'500 with success': read({ ...success([LINK]), code: 500 }, VIDEO),
	'404 with success': read({ ...success([LINK]), code: 404 }, VIDEO, { status: 404 }),
	'429 with success': read({ ...success([LINK]), code: 429 }, VIDEO, { status: 429 }),
	'422 with FAIL and a number': read(
		failed({ state: 'FAIL', failCode: 422 }, 422, { msg: 'Bad' }),
		made('Bad \\(422\\)'),
	),
	'HTTP 500 without a code, with success': read({ data: success([LINK]).data }, VIDEO, {
		status: 500,
	}),
	// resultJson.
	'a JSON text': read(success(json({ resultUrls: [LINK] })), VIDEO),
	'an object': read(success({ resultUrls: [LINK] }), VIDEO),
	'encoded twice': read(success(json(json({ resultUrls: [LINK] }))), VIDEO),
	'a bare list': read(success([LINK]), VIDEO),
	'a bare list in a text': read(success(json([LINK])), VIDEO),
	'a bare link': read(success(LINK), VIDEO),
	'a bare link as JSON': read(success(json(LINK)), VIDEO),
	'one link as a text': read(success({ resultUrls: LINK }), VIDEO),
	'one link as a text, encoded twice': read(success(json(json({ resultUrls: LINK }))), VIDEO),
	'objects with url': read(success({ resultUrls: [{ url: LINK }] }), VIDEO),
	'objects with url, encoded twice': read(
		success(json(json({ resultUrls: [{ url: LINK }] }))),
		VIDEO,
	),
	resultUrl: read(success({ resultUrl: LINK }), VIDEO),
	'resultUrl in a text': read(success(json({ resultUrl: LINK })), VIDEO),
	result_urls: read(success({ result_urls: [LINK] }), VIDEO),
	'result_urls of objects': read(success(json({ result_urls: [{ url: LINK }] })), VIDEO),
	'an object, and beside it nothing': read(success('', { resultUrls: [LINK] }), VIDEO),
	'an empty text, then the truth': read(success(''), VIDEO, { times: 1 }),
	'an empty text': read(success(''), new RegExp(`${NO_LINK.source}nothing`)),
	'an empty list': read(
		success({ resultUrls: [] }),
		new RegExp(`${NO_LINK.source}\\{"resultUrls":\\[\\]\\}`),
	),
	'words in place of a link': read(
		success('ask the support'),
		new RegExp(`${NO_LINK.source}ask the support`),
	),
	'a text of 100,000 words': read(success('word '.repeat(1e5)), NO_LINK),
	// Looks that are no end.
	'422 at first': read({ code: 422, msg: 'recordInfo is null' }, VIDEO, { times: 2 }),
	'404 at first': read({ code: 404, message: 'Task not found' }, VIDEO, { status: 404, times: 2 }),
	'404 in the body at first': read({ code: 404, msg: 'Task not found' }, VIDEO, { times: 2 }),
	'455 for a while': read({ code: 455, msg: 'maintenance' }, VIDEO, { times: 3 }),
	"a gateway's 403": read('<html>Forbidden</html>', VIDEO, { status: 403, times: 3 }),
	"a gateway's 401": read('<html>Log in</html>', VIDEO, { status: 401, times: 3 }),
	"a gateway's 404": read('<html>Not Found</html>', VIDEO, { status: 404, times: 4 }),
	'401 in JSON that is no envelope': read({ error: 'no' }, VIDEO, { status: 401, times: 2 }),
	'an answer about another task': read(
		{ code: 200, data: { taskId: 'other', state: 'failed' } },
		VIDEO,
		{ times: 2 },
	),
	// Looks that are an end.
	'401 in an envelope': read(
		{ code: 401, msg: 'Bad key' },
		/^APIXO did not tell the state of video task_\w+: Bad key \(status 401\)/,
	),
	'403 in an envelope': read({ code: 403, message: 'Not yours' }, /: Not yours \(status 403\)/, {
		status: 403,
	}),
	'404 in an envelope': read({ code: 404, msg: 'Gone' }, /: Gone \(status 404\)/),
	TASKID_ERROR: read({ code: 400, message: 'TASKID_ERROR' }, /: TASKID_ERROR \(status 404\)/),
	// Failures.
	'a numeric fail code': read(failed({ failCode: 500, failMsg: 'No' }), made('No \\(500\\)')),
	'the words in error': read(failed({ error: { message: 'No' } }), made('No')),
	'words of 100,000 characters': read(
		failed({ failMsg: 'x'.repeat(1e5) }),
		/^APIXO could not make video task_\w+: x{499}….{0,400}$/,
	),
	'a fail without words': read(failed({ state: 'fail' }), made('no reason was given')),
	SensitiveContent: read(
		failed({ state: 'fail', failCode: 'SensitiveContent' }),
		made('no reason was given \\(SensitiveContent\\).*Reword'),
	),
	// Submissions that name a task are followed.
	'a number for an id': submit(
		{ code: 200, data: { taskId: 12345 } },
		/video 12345: Task not found/,
	),
	'an id of 300 characters': submit(
		{ code: 200, data: { taskId: 'x'.repeat(300) } },
		/video x{300}: Task not found/,
	),
	...Object.fromEntries(
		[400, 401, 402, 403, 422, 429, 455, 500, 501, 502, 503, 504].map((code) => [
			`an id beside code ${code}`,
			submit(named(code, { message: 'no' }), VIDEO),
		]),
	),
	'an id beside HTTP 500': submit(named(500, { msg: 'no' }), VIDEO, { status: 500 }),
	'an id beside HTTP 503 without a code': submit({ data: { taskId: '{taskId}' } }, VIDEO, {
		status: 503,
	}),
	'an id beside a text for a code': submit(named('error'), VIDEO),
	// Submissions that name none.
	'words in error': submit(
		{ code: 400, error: 'Nope' },
		new RegExp(`${NOT_ACCEPTED.source}Nope \\(status 400\\)`),
		none,
	),
	'words in error.message': submit(
		{ code: 400, error: { message: 'Nope' } },
		/: Nope \(status 400\)/,
		none,
	),
	'words in msg, 455': submit(
		{ code: 455, msg: 'maintenance' },
		/: maintenance \(status 455\)/,
		none,
	),
	'words without a code': submit({ error: 'Nope' }, /: Nope \(status 403\)/, {
		...none,
		status: 403,
	}),
	'a failure code at once': submit(
		{ code: 400, msg: 'No', data: { failCode: 'NSFW' } },
		/: No \(NSFW\) \(status 400\).*Reword/,
		none,
	),
	'a failure code for words': submit(
		{ code: 400, message: 'INSUFFICIENT_CREDITS' },
		/: INSUFFICIENT_CREDITS .*Top up/,
		none,
	),
	"a gateway's 403 at the order": submit(
		'<html>Forbidden</html>',
		/: Forbidden \(status 403\).*not one of APIXO/,
		{ ...none, status: 403 },
	),
	'an id that is too long': submit({ code: 200, data: { taskId: 'x'.repeat(301) } }, UNKNOWN),
	'an id that was rounded': submit({ code: 200, data: { taskId: 2 ** 60 } }, UNKNOWN),
	'no id': submit({ code: 200, data: { id: 7 } }, /but held .*"id":7/),
	'501 without an id': submit(
		{ code: 501, msg: 'odd' },
		new RegExp(`${UNKNOWN.source}the answer was odd \\(status 501\\)`),
	),
};
