import { z } from 'zod';
import { ENDPOINTS } from './answer';

export const FAULT_TARGETS = [...ENDPOINTS, 'callback'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

interface FaultKindFacts {
	does: string;
	/** On a submission: whether the task is created and charged before the fault shows. */
	accepts: boolean;
	/** The fault does not need the request's own answer, so a rule may say `accepts` for itself. */
	choosesAccepts: boolean;
}

/** The one table of faults: the code, the check of rules and the README follow it. */
export const FAULT_KINDS = {
	status: {
		does: 'HTTP `status` (default 500) with `body`: `json` (default), `html`, `text` or `empty`; `retryAfter` becomes the header',
		accepts: false,
		choosesAccepts: true,
	},
	'body-code': {
		does: 'HTTP 200 with `code` (default 500) in the envelope',
		accepts: false,
		choosesAccepts: true,
	},
	'reset-before': {
		does: 'the connection is destroyed before the request is handled',
		accepts: false,
		choosesAccepts: false,
	},
	'reset-after': {
		does: 'the request is handled, then the connection is destroyed without an answer',
		accepts: true,
		choosesAccepts: false,
	},
	garbage: {
		does: 'HTTP 200 with bytes that are neither JSON nor a clip',
		accepts: true,
		choosesAccepts: true,
	},
	'no-data': {
		does: 'HTTP 200 with an envelope without `data`; of a clip, no bytes',
		accepts: true,
		choosesAccepts: true,
	},
	'half-body': {
		does: 'half of the body that `Content-Length` promises, then the connection is destroyed',
		accepts: true,
		choosesAccepts: false,
	},
	endless: {
		does: 'headers, then a trickle of bytes that ends when the client or the sandbox closes',
		accepts: true,
		choosesAccepts: false,
	},
	slow: {
		does: 'the request is handled at once, its answer comes `delayMs` later (default 1000, on the client’s clock)',
		accepts: true,
		choosesAccepts: false,
	},
	reply: {
		does: 'HTTP `status` (default 200) with `json` for a body (default the right one); `{taskId}` in it becomes the task’s own',
		accepts: true,
		choosesAccepts: true,
	},
	'wrong-type': {
		does: 'the right answer as `text/html`',
		accepts: true,
		choosesAccepts: false,
	},
} as const satisfies Record<string, FaultKindFacts>;

export type FaultKind = keyof typeof FAULT_KINDS;

const isFaultKind = (kind: string): kind is FaultKind => Object.hasOwn(FAULT_KINDS, kind);

const FAULT_KIND_NAMES = Object.keys(FAULT_KINDS).filter(isFaultKind);

const whole = z.number().int();

/** A fault on demand: where, what, and how often. */
export const faultRule = z
	.strictObject({
		on: z.enum(FAULT_TARGETS),
		kind: z.custom<FaultKind>(
			(kind) => typeof kind === 'string' && isFaultKind(kind),
			`must be one of ${FAULT_KIND_NAMES.join(', ')}`,
		),
		/** How many requests it hits. */
		times: z.union([whole.positive(), z.literal('always'), z.literal(Infinity)]).default(1),
		/** The first request it hits, counted from 1 among those that match. */
		nth: whole.positive().default(1),
		/** Only requests about this task (read, download, callback). */
		taskId: z.string().optional(),
		/** Only submissions and tasks whose prompt holds this text. */
		prompt: z.string().optional(),
		/** On a submission: whether the task is created and charged all the same. */
		accepts: z.boolean().optional(),
		status: whole.min(200).max(599).optional(),
		body: z.enum(['json', 'html', 'text', 'empty']).optional(),
		/** Seconds, or the header's text. */
		retryAfter: z.union([z.number(), z.string()]).optional(),
		/** Any JSON; a text is sent as it is. */
		json: z.unknown(),
		code: whole.optional(),
		message: z.string().optional(),
		delayMs: z.number().min(0).optional(),
	})
	.superRefine((rule, check) => {
		const refuse = (path: string, message: string) =>
			check.addIssue({ code: 'custom', path: [path], message });
		if (!FAULT_KINDS[rule.kind].choosesAccepts && rule.accepts !== undefined) {
			refuse('accepts', `"${rule.kind}" settles this itself`);
		}
		if (rule.on !== 'submit' && rule.accepts !== undefined) {
			refuse('accepts', 'only a submission can create a task');
		}
		if (rule.on === 'callback' && (rule.kind === 'status' || rule.kind === 'reply')) {
			refuse('kind', 'a callback is a request: it has no status of its own');
		}
		if (rule.taskId !== undefined && (rule.on === 'submit' || rule.on === 'balance')) {
			refuse('taskId', `there is no task yet on ${rule.on}`);
		}
		if (rule.prompt !== undefined && rule.on === 'balance') {
			refuse('prompt', 'a balance has no prompt');
		}
	});

export type FaultRule = z.input<typeof faultRule>;

/** A rule that hit a request. */
export type Fault = z.output<typeof faultRule>;

/** A fault that was let loose. `at` is Unix ms. */
export interface FaultFiring {
	at: number;
	rule: number;
	on: FaultTarget;
	kind: FaultKind;
	taskId?: string;
	/** On a submission: the task that was created nonetheless, and US dollars charged for it. */
	created?: { taskId: string; charged: number };
}

/** A rule and how it fares. */
export interface FaultState {
	rule: number;
	fault: Fault;
	matched: number;
	fired: number;
}

export interface FaultSubject {
	taskId?: string;
	/** Called only when a rule asks for it. */
	prompt: () => string | undefined;
}

/** Whether a submission that meets this fault is handled before the fault shows. */
export const handlesRequest = (fault: Fault) => fault.accepts ?? FAULT_KINDS[fault.kind].accepts;

/** The rules, first come first served: a request meets one fault at most. */
export class Faults {
	readonly firings: FaultFiring[] = [];

	private states: FaultState[] = [];

	private lastRule = 0;

	/**
	 * Adds a rule and gives its number.
	 *
	 * @throws ZodError when the rule makes no sense.
	 */
	add(rule: FaultRule): number {
		const fault = faultRule.parse(rule);
		this.states.push({ rule: ++this.lastRule, fault, matched: 0, fired: 0 });
		return this.lastRule;
	}

	clear(): void {
		this.states = [];
	}

	list(): FaultState[] {
		return structuredClone(this.states);
	}

	/** The fault for this request, if any, and the record of its firing. */
	take(on: FaultTarget, subject: FaultSubject): { fault: Fault; firing: FaultFiring } | undefined {
		for (const state of this.states) {
			const { fault } = state;
			if (fault.on !== on) continue;
			if (fault.taskId !== undefined && fault.taskId !== subject.taskId) continue;
			if (fault.prompt !== undefined && !subject.prompt()?.includes(fault.prompt)) continue;
			state.matched++;
			const times = fault.times === 'always' ? Infinity : fault.times;
			if (state.matched < fault.nth || state.fired >= times) continue;
			state.fired++;
			const { taskId } = subject;
			const firing: FaultFiring = {
				at: Date.now(),
				rule: state.rule,
				on,
				kind: fault.kind,
				...(taskId === undefined ? {} : { taskId }),
			};
			this.firings.push(firing);
			return { fault, firing };
		}
		return undefined;
	}
}
