import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { Problem } from '../../shared/errors';

/** What an operation gives for one input item. */
export type ItemResult =
	| { kind: 'item'; json: IDataObject; binary?: IBinaryKeyData; taskId?: string }
	| { kind: 'problem'; problem: Problem; taskId?: string }
	/** Not finished, because another item's problem ended the node. */
	| { kind: 'left'; taskId?: string };

/** One result per input item, in order; or a problem of the whole run, which no single item has. */
export type OperationResult = ItemResult[] | Problem;
