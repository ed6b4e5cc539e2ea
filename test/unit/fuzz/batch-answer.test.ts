import fc from 'fast-check';

import { readBatchAnswer } from '../../../nodes/shared/batch-answer';
import { anyJson, fuzz, RUNS } from '../lib/fuzz';

const ITEM = { locator: 'item-1', key: 'row-7' };

/** How an API spells the name whose words these are. */
const SPELLINGS: Array<(...words: string[]) => string> = [
	(...words) => words.join('_'),
	(first = '', ...rest) => first + rest.map(capital).join(''),
	(...words) => words.map(capital).join(''),
	(...words) => words.join('-'),
];
function capital(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

const WRAPPERS = ['items', 'results', 'tasks', 'data', 'accepted', 'list', 'job'] as const;

/** Fields that say nothing about a task. */
const noise = fc.dictionary(
	fc.constantFrom('status', 'created', 'total', 'count', 'model', 'mode', 'at', 'links'),
	fc.oneof(fc.constantFrom('accepted', 'queued', 1, null, true), fc.constant({ self: '/x' })),
);

/** Some wrappings of one item, outermost last. */
const wrapping = fc.array(
	fc.record({ name: fc.constantFrom(...WRAPPERS), form: fc.constantFrom('object', 'list', 'map') }),
	{ maxLength: 3 },
);

const ways = fc.record({
	spell: fc.constantFrom(...SPELLINGS),
	names: fc.subarray(['locator', 'key'] as const),
	taskAs: fc.constantFrom('id', 'task', 'ids'),
	wrapping,
	noise,
	withBatch: fc.boolean(),
});

type Ways = typeof ways extends fc.Arbitrary<infer Value> ? Value : never;

/** `told` in an answer of this form. */
function answerIn(
	{ spell, names, wrapping: around, noise: others, withBatch }: Ways,
	told: object,
) {
	let answer: object = {
		...others,
		...(names.includes('locator') && { [spell('client', 'item', 'id')]: ITEM.locator }),
		...(names.includes('key') && { [spell('idempotency', 'key')]: ITEM.key }),
		...told,
	};
	for (const { name, form } of around) {
		const inside = { object: answer, list: [answer], map: { [ITEM.locator]: answer } }[form];
		answer = { ...others, [name]: inside };
	}
	return withBatch ? { ...answer, [spell('batch', 'id')]: 'batch_1' } : answer;
}

describe('Whatever form an answer about a batch has', () => {
	fuzz('its task is found', () => {
		fc.assert(
			fc.property(ways, fc.stringMatching(/^task_[a-z0-9]{1,20}$/), (way, taskId) => {
				const { spell, taskAs } = way;
				const told = {
					id: { [spell('task', 'id')]: taskId },
					task: { task: { id: taskId } },
					ids: { [spell('task', 'ids')]: [taskId] },
				}[taskAs];
				expect(readBatchAnswer(answerIn(way, told), ITEM)).toEqual({ kind: 'task', taskId });
			}),
			RUNS,
		);
	});

	fuzz('a refusal is told, and never taken for a task', () => {
		fc.assert(
			fc.property(ways, fc.boolean(), (way, isText) => {
				const words = 'Not with these words';
				const told = isText
					? { [way.spell('error', 'message')]: words }
					: { error: { code: 403, message: words } };
				const refused = readBatchAnswer(answerIn(way, told), ITEM);
				expect(refused).toMatchObject({ kind: 'refused', words });
			}),
			RUNS,
		);
	});

	fuzz('the batch is found where nothing else is told', () => {
		fc.assert(
			fc.property(ways, (way) => {
				const answer = answerIn({ ...way, withBatch: true }, {});
				expect(readBatchAnswer(answer, ITEM)).toEqual({ kind: 'batch', batchId: 'batch_1' });
			}),
			RUNS,
		);
	});

	fuzz('it never throws, and makes up no ID', () => {
		fc.assert(
			fc.property(anyJson, fc.string(), (data, key) => {
				const answer = readBatchAnswer(data, { ...ITEM, key });
				const id =
					answer.kind === 'task' ? answer.taskId : answer.kind === 'batch' ? answer.batchId : '';
				if (answer.kind === 'task' || answer.kind === 'batch') expect(id.trim()).not.toBe('');
				expect(JSON.stringify(data)).toContain(JSON.stringify(id).slice(1, -1));
			}),
			RUNS,
		);
	});
});
