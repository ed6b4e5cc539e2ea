import { pendingJson, taskFromWire, taskToJson, type Task } from '../../../nodes/shared/task';

const URL = 'https://cdn.example/v.mp4';

/** What the item of a task shows whose read held this. */
function itemOf(data: object): object {
	const task = taskFromWire('t1', { taskId: 't1', ...data });
	return taskToJson(task as Task);
}

describe('The item of a task', () => {
	it('holds the names and units of the service', () => {
		const times = { createTime: 1767965610000, completeTime: 1767965651000, costTime: 41000 };
		const resultJson = JSON.stringify({ resultUrls: [URL, `${URL}?2`] });
		expect(itemOf({ state: 'success', resultJson, ...times })).toEqual({
			taskId: 't1',
			state: 'success',
			videoUrl: URL,
			resultUrls: [URL, `${URL}?2`],
			...times,
		});
	});

	it('leaves out what the service did not send', () => {
		const resultJson = { resultUrls: [URL] };
		const item = { taskId: 't1', state: 'success', videoUrl: URL, resultUrls: [URL] };
		expect(itemOf({ state: 'success', resultJson, costTime: null })).toStrictEqual(item);
	});

	it('tells why a task failed', () => {
		const failure = { state: 'failed', failCode: 'NSFW', failMsg: 'No' };
		expect(itemOf(failure)).toStrictEqual({ taskId: 't1', ...failure });
	});

	it('shows whatever state a running task has', () => {
		expect(itemOf({ state: 'processing_r2' })).toStrictEqual({
			taskId: 't1',
			state: 'processing_r2',
		});
		expect(pendingJson('t1')).toStrictEqual({ taskId: 't1', state: 'pending' });
	});
});

describe('What is no task', () => {
	it.each([
		['nothing', undefined],
		['a text', 'task'],
		['a list', []],
		['no state', { taskId: 't1' }],
		['an empty state', { taskId: 't1', state: '' }],
		['a task of another id', { taskId: 't2', state: 'success' }],
		['an id that is no text', { taskId: { toString: 1, valueOf: 1 }, state: 'success' }],
	])('%s', (_, data) => {
		expect(taskFromWire('t1', data)).toBeUndefined();
	});

	it('a read that leaves the id out is believed: it was asked for by id', () => {
		expect(taskFromWire('t1', { state: 'pending' })).toMatchObject({ taskId: 't1' });
	});
});
