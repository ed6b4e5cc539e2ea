import { randomBytes } from 'node:crypto';
import type { BatchRequest, Model } from '../nodes/shared/contract';
import type { Account } from './account';
import { factsOf, type BatchItem } from './batch-forms';
import type { Settings } from './options';
import { PromptScriptError, readPromptScript } from './prompt-script';
import type { Tasks } from './tasks';

type Item = BatchRequest['items'][number];

/** What an account has ordered for a key, and with which input. */
interface Order {
	input: string;
	taskId: string;
}

interface Batch {
	id: string;
	account: Account;
	/** The body that it was ordered with. */
	body: string;
	items: BatchItem[];
	orderedAt: number;
}

interface BatchOrder {
	account: Account;
	origin: string;
	model: Model;
	/** Of the batch. */
	key: string;
	request: BatchRequest;
}

type BatchAnswer =
	/** `data` of the answer, and the ids of the tasks that are new. */
	| { kind: 'batch'; data: unknown; created: string[] }
	/** The batch's key belongs to another batch. */
	| { kind: 'conflict'; message: string }
	/** Too many tasks are running. */
	| { kind: 'full' };

/** As the draft of an Idempotency-Key header has it: 422 for a key that comes with something else. */
const OTHER_INPUT = {
	code: 422,
	message: 'This idempotency key was used with another input',
} as const;

/** Orders with idempotency keys: the same key is the same order, for ever. A refused one leaves its key free. */
export class Batches {
	private readonly byId = new Map<string, Batch>();

	private readonly byKey = new Map<string, Batch>();

	private readonly orders = new Map<string, Order>();

	constructor(private readonly around: { settings: Settings; tasks: Tasks }) {}

	order(order: BatchOrder): BatchAnswer {
		const { account, key, request } = order;
		const body = JSON.stringify(request);
		const known = this.byKey.get(of(account, key));
		if (known !== undefined) {
			if (known.body !== body) return { kind: 'conflict', message: OTHER_INPUT.message };
			return { kind: 'batch', data: this.tell(known, 'order'), created: [] };
		}
		const fresh = request.items.filter(
			({ idempotency_key }) => !this.orders.has(of(account, idempotency_key)),
		);
		if (account.running + fresh.length > this.around.settings.concurrentTasks) {
			return { kind: 'full' };
		}
		const items = request.items.map((item) => this.orderItem(item, order));
		const id = `batch_${randomBytes(8).toString('hex')}`;
		const batch: Batch = { id, account, body, items, orderedAt: Date.now() };
		this.byId.set(id, batch);
		const isAccepted = items.some(({ taskId }) => taskId !== undefined);
		if (isAccepted) this.byKey.set(of(account, key), batch);
		const isNew = new Set(fresh.map(({ client_item_id }) => client_item_id));
		return {
			kind: 'batch',
			data: this.tell(batch, 'order'),
			created: items.flatMap(({ locator, taskId }) =>
				isNew.has(locator) && taskId !== undefined ? [taskId] : [],
			),
		};
	}

	/** `data` of a read; undefined for a batch that this account does not have. */
	read(account: Account, id: string): unknown {
		const batch = this.byId.get(id);
		return batch?.account === account ? this.tell(batch, 'read') : undefined;
	}

	private orderItem(
		{ client_item_id: locator, idempotency_key: key, input }: Item,
		{ account, origin, model }: BatchOrder,
	): BatchItem {
		const { settings, tasks } = this.around;
		const item = { locator, key };
		const known = this.orders.get(of(account, key));
		if (known !== undefined) {
			if (known.input !== JSON.stringify(input)) return { ...item, refusal: OTHER_INPUT };
			return { ...item, taskId: known.taskId };
		}
		const script = readPromptScript(input.prompt);
		const refuse = (code: number, message: string) => ({ ...item, refusal: { code, message } });
		if (script instanceof PromptScriptError) return refuse(400, script.message);
		if (script.refuse !== undefined) return refuse(script.refuse, 'Refused on demand');
		if (account.balance < settings.pricePerTask) return refuse(402, 'Insufficient balance');
		const request = { request_type: 'async' as const, input };
		const { id } = tasks.accept({ account, origin, model, request, script, idempotencyKey: key });
		this.orders.set(of(account, key), { input: JSON.stringify(input), taskId: id });
		return { ...item, taskId: id };
	}

	private tell(batch: Batch, to: 'order' | 'read'): unknown {
		const { batches: form, timeScale } = this.around.settings;
		if (form === 'none') return undefined;
		const { order, read = order, laterMs = 0 } = factsOf(form);
		const isTold = Date.now() - batch.orderedAt >= laterMs / timeScale;
		const items = isTold
			? batch.items
			: batch.items.map((item) => ({ ...item, taskId: undefined }));
		return (to === 'read' ? read : order)({ id: batch.id, items });
	}
}

/** Keys are each account's own. */
const of = (account: Account, key: string) => `${account.apiKey} ${key}`;
