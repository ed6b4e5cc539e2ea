import type { Problem } from '../../../shared/errors';
import { BadInput, shown } from '../check';
import { GENERATE, type GenerateReader } from './parameters';
import type { Planned } from './run-jobs';

const LABEL = GENERATE.idempotencyKey.label;

/** The key of one item's order; undefined if the option was not added. Throws `BadInput`. */
export function readIdempotencyKey(
	read: GenerateReader,
	apiKey: string,
	isPolling: boolean,
): string | undefined {
	const raw = read.raw('idempotencyKey');
	// Before any other rule: their texts would show it.
	const written = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? '');
	if (apiKey !== '' && written.includes(apiKey)) {
		throw new BadInput(
			`'${LABEL}' holds the API key`,
			`Give '${LABEL}' the ID of the row instead.`,
		);
	}
	const key = read.ifGiven('idempotencyKey');
	if (key === undefined) return undefined;
	if (!isPolling) {
		throw new BadInput(
			`'${LABEL}' cannot be used with '${GENERATE.requestType.label}' "Callback (Webhook)": APIXO sends no callback for orders that have a key`,
			`Set '${GENERATE.requestType.label}' to "Async (Polling)", or take '${LABEL}' out.`,
		);
	}
	if (read.ifGiven('provider') !== undefined) {
		throw new BadInput(
			`'${LABEL}' cannot be used with '${GENERATE.provider.label}': orders that have a key go by the setting of the API key`,
			'Take one of the two out.',
		);
	}
	return key;
}

/** Items of one run that have the same key would all get the video of the first: none of them is ordered. */
export function refuseEqualKeys(
	planned: Planned[],
	keys: ReadonlyArray<string | undefined>,
): Planned[] {
	const itemsOf = new Map<string, number[]>();
	keys.forEach((key, itemIndex) => {
		if (key !== undefined) itemsOf.set(key, [...(itemsOf.get(key) ?? []), itemIndex]);
	});
	return planned.map((plan, itemIndex) => {
		const key = keys[itemIndex];
		const items = key === undefined ? [] : (itemsOf.get(key) ?? []);
		if (key === undefined || items.length < 2) return plan;
		return { kind: 'problem', problem: equalKeys(key, items, itemIndex) };
	});
}

/** Of many items, the first few will do. */
const NAMED_ITEMS = 5;

function equalKeys(key: string, items: number[], itemIndex: number): Problem {
	const named = items.slice(0, NAMED_ITEMS).join(', ');
	const more = items.length > NAMED_ITEMS ? ` and ${items.length - NAMED_ITEMS} more` : '';
	return {
		message: `'${LABEL}' is the same for the items ${named}${more}: ${shown(key)} [item ${itemIndex}]`,
		description:
			'Give each item a key of its own, such as the ID of its row. Nothing was submitted for them.',
	};
}
