import { fill, placeholder } from '../../../sandbox/placeholders';

describe('placeholders of an answer that was seen', () => {
	const values = { taskId: 'task_1', createTime: 1_767_965_610_123, balance: 7.5 };

	it('become values of the type that they stand for', () => {
		const seen = { taskId: placeholder('taskId'), times: [placeholder('createTime')] };
		expect(fill(seen, values)).toEqual({ taskId: 'task_1', times: [1_767_965_610_123] });
	});

	it('keep the form that was seen', () => {
		expect(fill(placeholder('createTime', 'seconds'), values)).toBe(1_767_965_610);
		expect(fill(placeholder('balance', 'text'), values)).toBe('7.5');
	});

	it('are found inside of a text', () => {
		const seen = '{"resultUrls":["{videoUrl}"],"of":"{taskId}"}';
		const filled = fill(seen, { ...values, videoUrl: 'https://cdn.example/1.mp4' });
		expect(filled).toBe('{"resultUrls":["https://cdn.example/1.mp4"],"of":"task_1"}');
	});

	it('stay when nothing is known of them, and leave all else alone', () => {
		const seen = { a: '{unknown}', b: 'no {thing} here', c: null, d: true, e: 1 };
		expect(fill(seen, values)).toEqual(seen);
	});
});
