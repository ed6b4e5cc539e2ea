import { readBatchAnswer, type BatchAnswer } from './batch-answer';
import {
	BATCH_KEY_HEADER,
	CODE_OK,
	PATHS,
	type BatchRequest,
	type GenerateRequest,
	type Model,
} from './contract';
import { verdictOf } from './envelope';
import {
	itemRefused,
	keyBusy,
	keyInUse,
	noBatches,
	outcomeUnknownWithKey,
	type Problem,
} from './errors';
import { retryAfterMs, type Counted, type Http, type HttpAnswer, type HttpRequest } from './http';
import { isRecord } from './is-record';
import { excerptOf } from './words';

/** The only item of its batch. Always the same: an order that is repeated has to be the same to the letter. */
const LOCATOR = 'item-1';

/** An order with an idempotency key is a batch of one. A batch takes no callback and no provider. */
export function batchOrder(model: Model, request: GenerateRequest, key: string): HttpRequest {
	const item = { client_item_id: LOCATOR, idempotency_key: key, input: request.input };
	const body: BatchRequest = { items: [item] };
	const headers = { [BATCH_KEY_HEADER]: `batch-${key}` };
	return { method: 'POST', path: PATHS.submitBatch(model), headers, body };
}

type Ordered =
	| { kind: 'accepted'; taskId: string }
	| { kind: 'limited' }
	| { kind: 'unavailable'; reason: string }
	| { kind: 'refused'; problem: Problem }
	| { kind: 'unknown'; problem: Problem };

type BatchRead = Ordered | (Counted & { kind: 'trouble' });

/**
 * What came of the order; `read` is for an answer that names no more than its batch. Undefined where the status
 * says all there is to say, as it does of an order without a key.
 */
export async function readOrder(
	answer: HttpAnswer,
	key: string,
	read: (batchId: string) => Promise<BatchRead>,
): Promise<Ordered | undefined> {
	const { status, message = 'no reason was given' } = verdictOf(answer);
	const told = readBatchAnswer(dataOf(answer), { locator: LOCATOR, key });
	// Beside a status that speaks of trouble, nothing but a task is sure.
	if (told.kind === 'task') return { kind: 'accepted', taskId: told.taskId };
	if (status !== CODE_OK) return refusalOf(status, message);
	if (told.kind !== 'batch') return toOrdered(told, answer);
	const batch = await read(told.batchId);
	if (batch.kind !== 'trouble') return batch;
	return unclear(`the answer named the batch ${told.batchId}, which cannot be read right now`);
}

/** Reads the batch of an order. `now` is Unix ms. */
export async function readBatch(
	http: Http,
	now: number,
	model: Model,
	batchId: string,
	key: string,
): Promise<BatchRead> {
	const path = PATHS.readBatch(model, batchId);
	const answer = await http({ method: 'GET', path, isPartOfOrder: true });
	if ('failure' in answer) return { kind: 'trouble' };
	const { status } = verdictOf(answer);
	if (status === CODE_OK) {
		return toOrdered(readBatchAnswer(dataOf(answer), { locator: LOCATOR, key }), answer);
	}
	const pause = retryAfterMs(answer.headers, now);
	return { kind: 'trouble', limited: status === 429, retryAfterMs: pause };
}

function toOrdered(told: BatchAnswer, { body }: HttpAnswer): Ordered {
	switch (told.kind) {
		case 'task':
			return { kind: 'accepted', taskId: told.taskId };
		case 'refused': {
			const { words, code } = told;
			if (code === 429) return { kind: 'limited' };
			if (code === 503) return { kind: 'unavailable', reason: words };
			const refused = code === undefined ? undefined : refusalOf(code, words);
			return refused ?? { kind: 'refused', problem: itemRefused(words, code) };
		}
		default:
			return unclear(`the answer named no task ID, but held ${excerptOf(body)}`);
	}
}

/** By the statuses and codes that have a meaning of their own for an order with a key. */
function refusalOf(status: number, words: string): Ordered | undefined {
	switch (status) {
		case 404:
		case 405:
		case 501:
			return { kind: 'refused', problem: noBatches(status) };
		case 409:
			// An equal order may be under way this very moment: then a little later its task can be told.
			return { kind: 'unknown', problem: keyBusy(words) };
		case 422:
			return { kind: 'refused', problem: keyInUse(words) };
		default:
			return undefined;
	}
}

function unclear(reason: string): Ordered {
	return { kind: 'unknown', problem: outcomeUnknownWithKey(reason) };
}

/** Or all of the body, where it is no envelope. */
function dataOf({ body }: HttpAnswer): unknown {
	return isRecord(body) && 'data' in body ? body.data : body;
}
