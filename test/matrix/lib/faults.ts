import type { FaultRule } from '../../../sandbox';
import type { NetworkFault } from './names';
import { SPEED } from './fast-time';

export const KEY = ['key', '5f1c', 'never-to-be-shown'].join('-');

/** On the service's clock, ms. Shorter than what any caller allows one answer. */
const SLOW_MS = 5_000;

/** Real time: longer than any cell lives, however slowly its clock runs on a busy machine. */
const SILENT_REAL_MS = 3_600_000;

type Rule = Omit<FaultRule, 'on' | 'times'>;

export interface Fault {
	/** As the table in the documentation names it. */
	name: string;
	/** Before there is a connection … */
	network?: NetworkFault;
	/** … or after: what the sandbox does. */
	rule?: Rule;
	/** A submission that meets it creates a task, and is charged. The worst case, where both can be. */
	charges: boolean;
}

/** Each status echoes the key, which must not get any further. */
function status(code: number, body: 'json' | 'html', charges: boolean, more: Partial<Rule> = {}) {
	const rule: Rule = {
		kind: 'status',
		status: code,
		body,
		message: `Trouble ${code} (Authorization: Bearer ${KEY})`,
		...more,
	};
	return { rule, charges };
}

/** A gateway's answer tells nothing of what the service did, so the service did charge. */
const accepts = { accepts: true };

/** The one table of faults: the cells, the expectations and the documentation follow it. */
export const FAULTS = {
	refused: { name: 'connection refused', network: 'refused', charges: false },
	dns: { name: 'name not found', network: 'name not found', charges: false },
	resetBefore: {
		name: 'reset before it was taken',
		rule: { kind: 'reset-before' },
		charges: false,
	},
	resetAfter: { name: 'reset after it was taken', rule: { kind: 'reset-after' }, charges: true },
	limited: { name: '429', ...status(429, 'json', false) },
	limitedUntil: { name: '429 with Retry-After', ...status(429, 'json', false, { retryAfter: 5 }) },
	s500json: { name: '500 as JSON', ...status(500, 'json', false) },
	s500html: { name: '500 as HTML', ...status(500, 'html', true, accepts) },
	s502json: { name: '502 as JSON', ...status(502, 'json', true, accepts) },
	s502html: { name: '502 as HTML', ...status(502, 'html', true, accepts) },
	s503json: { name: '503 as JSON', ...status(503, 'json', false) },
	s503html: { name: '503 as HTML', ...status(503, 'html', true, accepts) },
	s504json: { name: '504 as JSON', ...status(504, 'json', true, accepts) },
	s504html: { name: '504 as HTML', ...status(504, 'html', true, accepts) },
	code500: {
		name: 'code 500 inside a 200',
		rule: { kind: 'body-code', code: 500 },
		charges: false,
	},
	garbage: { name: 'garbage', rule: { kind: 'garbage' }, charges: true },
	noData: { name: 'a body without data', rule: { kind: 'no-data' }, charges: true },
	half: { name: 'half a body', rule: { kind: 'half-body' }, charges: true },
	endless: { name: 'an answer that never ends', rule: { kind: 'endless' }, charges: true },
	silent: {
		name: 'no answer',
		rule: { kind: 'slow', delayMs: SILENT_REAL_MS },
		charges: true,
	},
	slow: { name: 'slow', rule: { kind: 'slow', delayMs: SLOW_MS / SPEED }, charges: true },
	wrongType: { name: 'wrong content type', rule: { kind: 'wrong-type' }, charges: true },
} as const satisfies Record<string, Fault>;

export type FaultId = keyof typeof FAULTS;

export const FAULT_IDS = Object.keys(FAULTS) as FaultId[];

export const faultOf = (id: FaultId): Fault => FAULTS[id];

/** What can befall a callback on its way to n8n. */
export const ON_THE_WAY = {
	resetBefore: 'lost on the way',
	resetAfter: 'n8n’s answer lost',
	code500: 'code 500 inside',
	garbage: 'garbage',
	noData: 'a body without data',
	half: 'half a body',
	endless: 'a body that never ends',
	slow: 'slow',
} as const satisfies Partial<Record<FaultId, string>>;
