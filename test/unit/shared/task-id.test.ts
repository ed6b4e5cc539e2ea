import { taskIdFromWire } from '../../../nodes/shared/task-id';

describe('A task id', () => {
	it.each([
		['a prefix and a number', 'task_12345678'],
		['32 hex characters', '0123456789abcdef0123456789abcdef'],
		['any characters', '任务/?&#%20 "é"\u0000'],
		['white space around it', ' t1 '],
		['a property of every object', '__proto__'],
		['300 characters', 'x'.repeat(300)],
	])('may be %s, and stays as it came', (_, taskId) => {
		expect(taskIdFromWire({ taskId })).toBe(taskId);
	});

	it.each([
		[0, '0'],
		[12345, '12345'],
		[-7, '-7'],
		[Number.MAX_SAFE_INTEGER, '9007199254740991'],
	])('may be the number %d', (taskId, text) => {
		expect(taskIdFromWire({ taskId })).toBe(text);
	});

	it.each([
		['an empty text', ''],
		['white space', ' \n\t'],
		['301 characters', 'x'.repeat(301)],
		['a number that was rounded', 2 ** 60],
		['a fraction', 1.5],
		['no number', NaN],
		['null', null],
		['true', true],
		['a list', ['t1']],
		['an object', { toString: 1, valueOf: 1 }],
	])('is not %s', (_, taskId) => {
		expect(taskIdFromWire({ taskId })).toBeUndefined();
	});

	it.each([undefined, null, 't1', 7, [], ['t1'], {}])('is in no data like %j', (data) => {
		expect(taskIdFromWire(data)).toBeUndefined();
	});
});
