import { FAULT_IDS, ON_THE_WAY, type FaultId } from './faults';

/** Where the fault hits. The last three are the ways of a callback. */
export const PLACES = {
	submit: 'the submission',
	submitKeyed: 'the submission, with an idempotency key',
	read: 'the read of a task',
	download: 'the download of a video',
	suspended: 'the read that checks a callback, for a suspended execution',
	trigger: 'the read that checks a callback, for the APIXO Trigger',
	waySuspended: 'a callback on its way to a suspended execution',
	wayTrigger: 'a callback on its way to the APIXO Trigger',
} as const;
export type Place = keyof typeof PLACES;

/** How many requests the fault hits. */
export const SHAPES = { twice: 2, always: Infinity } as const;
export type Shape = keyof typeof SHAPES;

export type Policy = 'stop' | 'continue' | 'retry';

export interface Cell {
	place: Place;
	fault: FaultId;
	shape: Shape;
	items: number;
	policy: Policy;
}

export const nameOf = ({ place, fault, shape, items, policy }: Cell) =>
	`${place}, ${fault}, ${shape}, ${items} items, ${policy}`;

const SIZES = [1, 20];
const POLICIES: Policy[] = ['stop', 'continue', 'retry'];

/** A trigger's webhook runs apart from the node that submitted, and has no such setting. */
const policiesAt = (place: Place): Policy[] =>
	['trigger', 'waySuspended', 'wayTrigger'].includes(place) ? ['stop'] : POLICIES;

const faultsAt = (place: Place): FaultId[] =>
	place.startsWith('way') ? FAULT_IDS.filter((id) => id in ON_THE_WAY) : FAULT_IDS;

export function cellsAt(place: Place): Cell[] {
	const shapes = Object.keys(SHAPES) as Shape[];
	return faultsAt(place).flatMap((fault) =>
		shapes.flatMap((shape) =>
			SIZES.flatMap((items) =>
				policiesAt(place).map((policy) => ({ place, fault, shape, items, policy })),
			),
		),
	);
}
