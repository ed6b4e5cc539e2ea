/** One item of a batch, as its answers tell of it. */
export interface BatchItem {
	locator: string;
	key: string;
	/** Of an accepted item, once it has its task. */
	taskId?: string;
	refusal?: { code: number; message: string };
}

export interface BatchView {
	id: string;
	items: BatchItem[];
}

type Form = (batch: BatchView) => unknown;

interface FormFacts {
	does: string;
	/** The answer to an order. */
	order: Form;
	/** The answer to a read of the batch, if that is another. */
	read?: Form;
	/** When the tasks are told, ms of the service's time. */
	laterMs?: number;
}

const items: Form = ({ id, items }) => ({
	batchId: id,
	status: 'accepted',
	items: items.map(({ locator, key, taskId, refusal }) => ({
		clientItemId: locator,
		idempotencyKey: key,
		...(refusal
			? { status: 'rejected', errorCode: refusal.code, errorMessage: refusal.message }
			: { status: 'accepted', taskId }),
	})),
});

/** Forms that answers about batches might have: nobody has published the real one. */
export const BATCH_FORMS = {
	items: { does: 'a list of items, in camelCase', order: items },
	'snake-case': {
		does: 'a list of items, in snake_case',
		order: ({ id, items }) => ({
			batch_id: id,
			batch_status: 'processing',
			items: items.map(({ locator, key, taskId, refusal }) => ({
				client_item_id: locator,
				idempotency_key: key,
				...(refusal
					? { state: 'refused', error: { code: refusal.code, message: refusal.message } }
					: { state: 'queued', task_id: taskId }),
			})),
		}),
	},
	nested: {
		does: 'objects within objects: the batch, its items, their tasks',
		order: ({ id, items }) => ({
			batch: { id, state: 'running' },
			results: items.map(({ locator, taskId, refusal }) => ({
				item: { client_item_id: locator },
				...(refusal ? { error: refusal.message } : { task: { id: taskId, state: 'pending' } }),
			})),
		}),
	},
	map: {
		does: 'task IDs by `client_item_id`, refusals beside them',
		order: ({ id, items }) => ({
			batchId: id,
			tasks: Object.fromEntries(
				items.flatMap(({ locator, taskId }) => (taskId ? [[locator, taskId]] : [])),
			),
			errors: Object.fromEntries(
				items.flatMap(({ locator, refusal }) => (refusal ? [[locator, refusal]] : [])),
			),
		}),
	},
	list: {
		does: 'a bare list of items',
		order: ({ items }) =>
			items.map(({ key, taskId, refusal }) => ({
				idempotency_key: key,
				task_id: taskId ?? null,
				error_message: refusal?.message ?? null,
			})),
	},
	ids: {
		does: 'a list of task IDs, and the refusals by their place',
		order: ({ id, items }) => ({
			batch_id: id,
			task_ids: items.flatMap(({ taskId }) => taskId ?? []),
			rejected: items.flatMap(({ refusal }, index) =>
				refusal ? [{ index, reason: refusal.message }] : [],
			),
		}),
	},
	'batch-only': {
		does: 'the ID of the batch alone; a read of the batch tells the rest',
		order: ({ id }) => ({ batchId: id, status: 'accepted' }),
		read: items,
	},
	later: {
		does: 'the ID of the batch alone; a read of the batch tells its tasks 3 s after the order',
		order: ({ id }) => ({ batch: { id } }),
		read: items,
		laterMs: 3_000,
	},
} as const satisfies Record<string, FormFacts>;

export type BatchForm = keyof typeof BATCH_FORMS;

/** The same table, for whoever has a form by its name. */
export const factsOf = (form: BatchForm): FormFacts => BATCH_FORMS[form];
