import { FINAL_STATES, RUNNING_STATES } from '../../nodes/shared/contract.ts';
import { isRecord } from '../../nodes/shared/is-record.ts';
import { isHttpUrl } from '../../nodes/shared/urls.ts';

/** What a value is held against: the task that it is about. */
export interface About {
	taskId: string;
	/** ms of the service's time since the order; unknown for a task of an earlier run. */
	age?: number;
}

/** One field of `data`, as `contract.ts` has it, in words for the report. */
export interface Field {
	name: string;
	expected: string;
	holds: (value: unknown, about: About) => boolean;
	/** Whether an answer with this state has to have it. */
	needed: (state: string) => boolean;
}

const always = () => true;
const never = () => false;
const in_ = (wanted: string) => (state: string) => state.toLowerCase() === wanted;
const ended = (state: string) => FINAL_STATES.some(in_(state));

const isText = (value: unknown) => typeof value === 'string' && value !== '';

/** A task is not older than this, whatever the clocks say: its links are gone by then. ms. */
const OLDEST_MS = 30 * 24 * 3_600_000;

const isUnixMs = (value: unknown) =>
	typeof value === 'number' && Math.abs(value - Date.now()) < OLDEST_MS;

/** What an accepted order answers. */
export const ORDER_FIELDS: readonly Field[] = [
	{ name: 'taskId', expected: 'a text, the ID of the task', holds: isText, needed: always },
];

const STATES: readonly string[] = [...RUNNING_STATES, ...FINAL_STATES];

/** What a look at a task answers. */
export const TASK_FIELDS: readonly Field[] = [
	{
		name: 'taskId',
		expected: 'the ID that was asked for',
		holds: (value, { taskId }) => value === taskId,
		needed: always,
	},
	{
		name: 'state',
		expected: STATES.join(', '),
		holds: (value) => STATES.some((state) => state === value),
		needed: always,
	},
	{
		name: 'createTime',
		expected: 'a number, Unix time in ms',
		holds: isUnixMs,
		needed: always,
	},
	{
		name: 'completeTime',
		expected: 'a number, Unix time in ms, once it has ended',
		holds: isUnixMs,
		needed: ended,
	},
	{
		name: 'costTime',
		expected: 'a number, ms of processing, or missing',
		// Whether it is ms can be told by how long we waited.
		holds: (value, { age = Infinity }) =>
			typeof value === 'number' && value >= 1_000 && value < age * 1.5 + 10_000,
		needed: never,
	},
	{
		name: 'resultJson',
		expected: 'a JSON text with { "resultUrls": ["https://…"] }',
		holds: isResultJson,
		needed: in_('success'),
	},
	{ name: 'failCode', expected: 'a text', holds: isText, needed: in_('failed') },
	{ name: 'failMsg', expected: 'a text', holds: isText, needed: in_('failed') },
];

function isResultJson(value: unknown): boolean {
	if (typeof value !== 'string') return false;
	try {
		const result: unknown = JSON.parse(value);
		const urls = isRecord(result) ? result.resultUrls : undefined;
		return Array.isArray(urls) && urls.length > 0 && urls.every(isHttpUrl);
	} catch {
		return false;
	}
}
