import { isRecord } from './is-record';
import { taskIdFromWire } from './task-id';

/** What an answer says about the one item that was ordered. */
export type BatchAnswer =
	| { kind: 'task'; taskId: string }
	/** Nothing was created for it. */
	| { kind: 'refused'; words: string; code?: number }
	/** Only the batch is named: it has to be read. */
	| { kind: 'batch'; batchId: string }
	| { kind: 'nothing' };

/** How the item was named in the order. */
export interface OrderedItem {
	locator: string;
	key: string;
}

/**
 * Reads `data` of an answer about a batch of one item. Nobody has published its form, so item, task ID and
 * batch ID are looked for wherever they may stand, in camelCase and snake_case, in lists and by name.
 */
export function readBatchAnswer(data: unknown, item: OrderedItem): BatchAnswer {
	const places = placesIn({ value: data, names: [] }, item);
	const own = places
		.filter((place) => isOwn(place, item))
		.flatMap((place) => placesIn(place, item));
	// What belongs to no item by name can only belong to ours: there is no other in the batch.
	for (const candidates of [own, places]) {
		const taskIds = taskIdsOf(candidates, item);
		const [taskId] = taskIds;
		if (taskIds.length === 1 && taskId !== undefined) return { kind: 'task', taskId };
		// Of several nobody can tell which one this order has paid for.
		if (taskIds.length > 1) return { kind: 'nothing' };
	}
	const refusal = firstOf(own, refusalAt) ?? firstOf(places, refusalAt);
	if (refusal !== undefined) return refusal;
	const batchId = firstOf(places, batchIdAt);
	return batchId === undefined ? { kind: 'nothing' } : { kind: 'batch', batchId };
}

/** A value, and the names that lead to it, the innermost first; a position in a list has an empty one. */
interface Place {
	value: unknown;
	names: string[];
}

/** Deeper and larger than any answer about one item. */
const MAX_DEPTH = 8;
const MAX_PLACES = 2_000;

/** All values from `start` on, the outermost first, but for what says that it is another item's. */
function placesIn(start: Place, item: OrderedItem): Place[] {
	const places = [start];
	for (const { value, names } of places) {
		if (names.length >= MAX_DEPTH || places.length >= MAX_PLACES) continue;
		const inside: Place[] = Array.isArray(value)
			? value.map((one: unknown) => ({ value: one, names: ['', ...names] }))
			: isRecord(value)
				? Object.entries(value).map(([name, one]) => ({
						value: one,
						names: [plain(name), ...names],
					}))
				: [];
		places.push(...inside.filter((place) => !isOfAnother(place, item)));
	}
	return places;
}

const namesOf = ({ names }: Place) => names.filter((name) => name !== '');

/** `task_id`, `taskId` and `TaskID` are one name. */
const plain = (name: string) => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** Whose it is by its own fields: its locator, its key. */
function signsOf({ value }: Place): { locator?: unknown; key?: unknown } {
	return {
		locator: fieldOf(value, 'clientitemid', 'itemid'),
		key: fieldOf(value, 'idempotencykey'),
	};
}

function isOwn(place: Place, { locator, key }: OrderedItem): boolean {
	const signs = signsOf(place);
	return signs.locator === locator || signs.key === key || place.names[0] === plain(locator);
}

function isOfAnother(place: Place, item: OrderedItem): boolean {
	const { locator, key } = signsOf(place);
	return (locator !== undefined || key !== undefined) && !isOwn(place, item);
}

/** What is called a task ID; only where nothing is, the ID of what is called a task. */
function taskIdsOf(places: Place[], item: OrderedItem): string[] {
	const idsWhere = (isIt: (place: Place) => boolean) => [
		...new Set(places.filter(isIt).flatMap(({ value }) => idFrom(value) ?? [])),
	];
	const named = idsWhere((place) => {
		const [name = ''] = namesOf(place);
		if (/^taskids?$/.test(name)) return true;
		// A number may be how many there are.
		return typeof place.value === 'string' && (/^tasks?$/.test(name) || isOwnEntry(place, item));
	});
	if (named.length > 0) return named;
	return idsWhere((place) => {
		const [name, parent = ''] = namesOf(place);
		return name === 'id' && /^tasks?$/.test(parent);
	});
}

/** An entry of a map from items to their tasks, such as `{ "item-1": "task_1" }`. */
function isOwnEntry({ names: [name, ...parents] }: Place, { locator, key }: OrderedItem): boolean {
	if (parents.some(isOfRefusals)) return false;
	if (name === plain(locator)) return true;
	// A key may be any word, even one that the answer has a meaning for.
	return name === plain(key) && /^(tasks|taskids|items|results|accepted)$/.test(parents[0] ?? '');
}

const isOfRefusals = (name: string) =>
	/^(errors?|rejected|rejections|refused|failed|failures|invalid)$/.test(name);

const REFUSED_STATE = /^(rejected|refused|failed|fail|failure|error|invalid|denied)$/i;
const NO_WORDS = /^(ok|success|none|null)?$/i;

function refusalAt({ value, names }: Place): BatchAnswer | undefined {
	const isRefused = names.some(isOfRefusals);
	if (typeof value === 'string') return isRefused ? refusalOf(value) : undefined;
	const state = fieldOf(value, 'status', 'state');
	const saysNo = typeof state === 'string' && REFUSED_STATE.test(state);
	const details = fieldOf(value, 'error');
	const words = [
		...(isRefused || saysNo ? ['message', 'msg'] : []),
		...['errormessage', 'errormsg', 'failmsg', 'rejectreason'],
		...(isRefused || saysNo ? ['reason'] : []),
	].map((name) => fieldOf(value, name));
	const code = fieldOf(value, 'errorcode', 'failcode', 'code') ?? fieldOf(details, 'code');
	return firstOf(
		[fieldOf(details, 'message'), details, ...words, saysNo ? state : undefined],
		(said) => (typeof said === 'string' ? refusalOf(said, code) : undefined),
	);
}

function refusalOf(words: string, code?: unknown): BatchAnswer | undefined {
	const number = Number(code ?? NaN);
	if (NO_WORDS.test(words.trim()) || number === 0 || number === 200) return undefined;
	return { kind: 'refused', words: words.trim(), ...(number > 0 && { code: number }) };
}

/** A bare `id` is the batch's only at the top. */
function batchIdAt(place: Place): string | undefined {
	const [name, parent] = namesOf(place);
	const isIt = name === 'batchid' || name === 'batch' || (name === 'id' && parent === 'batch');
	return isIt || (name === 'id' && parent === undefined) ? idFrom(place.value) : undefined;
}

const idFrom = (value: unknown) => taskIdFromWire({ taskId: value });

/** The first field that goes by one of these names. */
function fieldOf(value: unknown, ...names: string[]): unknown {
	if (!isRecord(value)) return undefined;
	const found = Object.keys(value).find((name) => names.includes(plain(name)));
	return found === undefined ? undefined : (value[found] ?? undefined);
}

function firstOf<One, Found>(all: One[], find: (one: One) => Found | undefined): Found | undefined {
	for (const one of all) {
		const found = find(one);
		if (found !== undefined) return found;
	}
	return undefined;
}
