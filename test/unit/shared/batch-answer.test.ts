import { readBatchAnswer } from '../../../nodes/shared/batch-answer';
import { BATCH_FORMS } from '../../../sandbox';

const ITEM = { locator: 'item-1', key: 'row-7' };

const read = (data: unknown) => readBatchAnswer(data, ITEM);
const task = (taskId: string) => ({ kind: 'task', taskId });

describe('The task of an order with a key is found', () => {
	it.each<[string, unknown]>([
		['bare', { taskId: 'task_1' }],
		['in snake_case', { task_id: 'task_1' }],
		['in a list', [{ task_id: 'task_1' }]],
		['by its locator', { items: [{ clientItemId: 'item-1', taskId: 'task_1' }] }],
		['by its key', { items: [{ idempotency_key: 'row-7', task_id: 'task_1' }] }],
		[
			'by its key, though it was ordered under another locator',
			[{ client_item_id: 'first', idempotency_key: 'row-7', taskId: 'task_1' }],
		],
		[
			'beside items of others',
			{
				items: [
					{ client_item_id: 'item-2', taskId: 'task_2' },
					{ client_item_id: 'item-1', taskId: 'task_1' },
				],
			},
		],
		['in a map from locators', { tasks: { 'item-1': 'task_1' } }],
		['in a bare map from locators', { 'item-1': 'task_1' }],
		['in a map from keys', { results: { 'row-7': 'task_1' } }],
		[
			'in a map from keys to objects',
			{ items: { 'row-7': { state: 'queued', taskId: 'task_1' } } },
		],
		[
			'as the id of a task',
			{ items: [{ item: { client_item_id: 'item-1' }, task: { id: 'task_1' } }] },
		],
		['as the id in a list of tasks', { batch_id: 'b', tasks: [{ id: 'task_1' }] }],
		['by its task ID, not by the id of an item', { tasks: [{ id: 'i1', taskId: 'task_1' }] }],
		['in a list of IDs', { task_ids: ['task_1'] }],
		['in a list of tasks', { batchId: 'b', tasks: ['task_1'] }],
		['twice, if it is the same', { taskId: 'task_1', items: [{ task_id: 'task_1' }] }],
		['though the item failed', { items: [{ status: 'failed', error: 'x', taskId: 'task_1' }] }],
		['beside the ID of its batch', { id: 'b', batchId: 'b', taskId: 'task_1' }],
	])('%s', (_, data) => expect(read(data)).toEqual(task('task_1')));

	it('as a number', () => expect(read({ taskId: 42 })).toEqual(task('42')));
});

describe('A refusal is told in the words of the service', () => {
	it.each<[string, unknown, object]>([
		['as a text', { items: [{ error: 'No' }] }, { words: 'No' }],
		['with a code', [{ error: { code: 422, message: 'No' } }], { words: 'No', code: 422 }],
		['with a code beside it', [{ errorCode: 402, errorMessage: 'No' }], { words: 'No', code: 402 }],
		['in snake_case', [{ error_message: 'No', task_id: null }], { words: 'No' }],
		['by state and message', [{ state: 'REJECTED', message: 'No' }], { words: 'No' }],
		['by state alone', { items: [{ status: 'rejected' }] }, { words: 'rejected' }],
		['with a reason', { rejected: [{ index: 0, reason: 'No' }] }, { words: 'No' }],
		[
			'in a map',
			{ tasks: {}, errors: { 'item-1': { code: 403, message: 'No' } } },
			{ words: 'No', code: 403 },
		],
		['in a map of texts', { tasks: {}, errors: { 'item-1': 'No' } }, { words: 'No' }],
		['beside the ID of its batch', { batchId: 'b', items: [{ error: 'No' }] }, { words: 'No' }],
		[
			'of ours, not of another item',
			{
				items: [
					{ client_item_id: 'item-2', error: 'Theirs' },
					{ client_item_id: 'item-1', error: 'No' },
				],
			},
			{ words: 'No' },
		],
	])('%s', (_, data, refusal) => expect(read(data)).toEqual({ kind: 'refused', ...refusal }));

	it.each<[string, unknown]>([
		['nothing', { batchId: 'b', error: null, errors: [], message: 'success' }],
		['an empty text', { batchId: 'b', error: '' }],
		['a success', { batchId: 'b', errorCode: 0, errorMessage: 'No error' }],
		['ok', { batchId: 'b', error: 'ok' }],
		['a count', { batchId: 'b', rejected: 0, failed: 0 }],
		['the message of an accepted batch', { batchId: 'b', status: 'accepted', message: 'Queued' }],
	])('but %s is none', (_, data) => expect(read(data)).toEqual({ kind: 'batch', batchId: 'b' }));
});

describe('Where the answer only names the batch, that can be read', () => {
	it.each<[string, unknown]>([
		['batchId', { batchId: 'b' }],
		['batch_id', { batch_id: 'b', tasks: 1, total: 1 }],
		['a batch with an id', { batch: { id: 'b', state: 'queued' } }],
		['a batch', { batch: 'b' }],
		['a bare id', { id: 'b', status: 'accepted', items: [{ id: 'i' }] }],
		['items that have no task yet', { id: 'b', items: [{ clientItemId: 'item-1', taskId: null }] }],
	])('%s', (_, data) => expect(read(data)).toEqual({ kind: 'batch', batchId: 'b' }));
});

describe('Nothing is guessed', () => {
	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['a text', 'task_1'],
		['an empty list', []],
		['two tasks', { task_ids: ['task_1', 'task_2'] }],
		['two tasks of a batch', { batchId: 'b', task_ids: ['task_1', 'task_2'] }],
		['the task of another item alone', [{ client_item_id: 'item-2', task_id: 'task_2' }]],
		['the id of an item', { items: [{ id: 'i' }] }],
		['a task ID that is none', { taskId: {}, task_id: ' ' }],
		['how many tasks there are', { tasks: 1 }],
	])('from %s', (_, data) => expect(read(data)).toEqual({ kind: 'nothing' }));

	it('from a key that is a word of the answer', () => {
		for (const key of ['status', 'items', 'message', 'id', 'taskCount']) {
			const data = { status: 'accepted', message: 'queued', taskCount: 1, items: [{ id: 'i' }] };
			expect(readBatchAnswer(data, { ...ITEM, key })).toEqual({ kind: 'nothing' });
		}
	});

	it('from what is too deep or too large to be an answer', () => {
		let deep: unknown = { taskId: 'task_1' };
		for (let i = 0; i < 10_000; i++) deep = { deep };
		expect(read(deep)).toEqual({ kind: 'nothing' });
		expect(read(Array.from({ length: 100_000 }, () => ({ a: [1] })))).toEqual({ kind: 'nothing' });
	});
});

describe.each(Object.entries(BATCH_FORMS))('The form "%s" of the sandbox', (_, form) => {
	const told = 'read' in form ? form.read : form.order;
	const batch = (item: object) => ({ id: 'batch_1', items: [{ ...ITEM, ...item }] });

	it('tells the task', () => {
		expect(read(told(batch({ taskId: 'task_1' })))).toEqual(task('task_1'));
	});

	it('tells the refusal', () => {
		const refused = read(told(batch({ refusal: { code: 403, message: 'No' } })));
		expect(refused).toMatchObject({ kind: 'refused', words: 'No' });
	});

	it('names the batch at least', () => {
		if (!('read' in form)) return;
		const answer = read(form.order(batch({ taskId: 'task_1' })));
		expect(answer).toEqual({ kind: 'batch', batchId: 'batch_1' });
	});
});
