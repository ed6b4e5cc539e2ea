import { FINAL_STATES } from '../nodes/shared/contract';

/** How `resultJson` of a successful task comes out. */
const RESULT_FORMS = ['string', 'object', 'empty', 'broken', 'missing', 'no-urls'] as const;
export type ResultForm = (typeof RESULT_FORMS)[number];

const FORGERIES = ['state', 'task'] as const;
export type Forgery = (typeof FORGERIES)[number];

/** What a prompt asks of the sandbox. Times in ms of the service's time, sizes in bytes. */
export interface PromptScript {
	takes?: number;
	fail?: string;
	refuse?: number;
	neverEnds?: boolean;
	state?: string;
	noCostTime?: boolean;
	clips?: number;
	size?: number;
	slowDownload?: number;
	result?: ResultForm;
	noCallback?: boolean;
	callbacks?: number;
	callbackEarly?: boolean;
	callbackLate?: number;
	callbackForged?: Forgery;
}

interface PromptKey {
	key: string;
	/** An example of the value; undefined for a key that stands alone. */
	value?: string;
	does: string;
	apply: (script: PromptScript, value: string) => void;
}

/** A script that cannot be understood; the message says why and what would be. */
export class PromptScriptError extends Error {}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, kb: 1e3, mb: 1e6, gb: 1e9 };

function measure(value: string, units: readonly string[]): number {
	const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(value) ?? [];
	const factor = unit && units.includes(unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
	if (amount === undefined || factor === undefined) {
		throw new PromptScriptError(
			`"${value}" is not a number with one of the units ${units.join(', ')}`,
		);
	}
	return Math.round(Number(amount) * factor);
}

const time = (value: string) => measure(value, ['ms', 's', 'min']);
const bytes = (value: string) => measure(value, ['kb', 'mb', 'gb']);

function whole(value: string, min: number, max: number): number {
	const number = Number(value);
	if (!Number.isInteger(number) || number < min || number > max) {
		throw new PromptScriptError(`"${value}" is not a whole number from ${min} to ${max}`);
	}
	return number;
}

function oneOf<Choice extends string>(value: string, choices: readonly Choice[]): Choice {
	const choice = choices.find((each) => each === value);
	if (!choice) throw new PromptScriptError(`"${value}" is not one of ${choices.join(', ')}`);
	return choice;
}

/** A state that claims the end has an end to go with it: `fail`, or none. */
function running(state: string): string {
	if (FINAL_STATES.some((final) => final === state)) {
		throw new PromptScriptError(`"${state}" is the state of an ended task`);
	}
	return state;
}

/** The one table of what a prompt can ask for: the parser, the help text and the README follow it. */
export const PROMPT_KEYS: readonly PromptKey[] = [
	{
		key: 'takes',
		value: '12s',
		does: 'the task takes so long (`800ms`, `12s`, `2min`)',
		apply: (script, value) => (script.takes = time(value)),
	},
	{
		key: 'fail',
		value: 'CONTENT_VIOLATION',
		does: 'the task ends `failed` with this `failCode`, and its charge is given back',
		apply: (script, value) => (script.fail = value),
	},
	{
		key: 'refuse',
		value: '403',
		does: 'the submission is refused with this HTTP status; nothing is created or charged',
		apply: (script, value) => (script.refuse = whole(value, 400, 599)),
	},
	{
		key: 'never-ends',
		does: 'the task stays unfinished for ever',
		apply: (script) => (script.neverEnds = true),
	},
	{
		key: 'state',
		value: 'queued_again',
		does: 'the running task shows this state instead of `processing`',
		apply: (script, value) => (script.state = running(value)),
	},
	{
		key: 'no-cost-time',
		does: 'the ended task comes without `costTime`',
		apply: (script) => (script.noCostTime = true),
	},
	{
		key: 'clips',
		value: '2',
		does: 'the task has so many clips (1 to 10)',
		apply: (script, value) => (script.clips = whole(value, 1, 10)),
	},
	{
		key: 'size',
		value: '50MB',
		does: 'each clip is a playable MP4 of this size (`500kB`, `50MB`, `1GB`; never below its own size)',
		apply: (script, value) => (script.size = bytes(value)),
	},
	{
		key: 'slow-download',
		value: '20kB',
		does: 'so many bytes of a clip come per second',
		apply: (script, value) => (script.slowDownload = Math.max(1, bytes(value))),
	},
	{
		key: 'result',
		value: 'object',
		does: `the form of \`resultJson\`: ${RESULT_FORMS.map((form) => `\`${form}\``).join(', ')}`,
		apply: (script, value) => (script.result = oneOf(value, RESULT_FORMS)),
	},
	{
		key: 'no-callback',
		does: 'no callback is sent, though one was asked for',
		apply: (script) => (script.noCallback = true),
	},
	{
		key: 'callbacks',
		value: '3',
		does: 'the callback is sent so many times, answered or not (1 to 10)',
		apply: (script, value) => (script.callbacks = whole(value, 1, 10)),
	},
	{
		key: 'callback-early',
		does: 'the callback claims the end when half of the task is done; refused, it comes again as usual',
		apply: (script) => (script.callbackEarly = true),
	},
	{
		key: 'callback-late',
		value: '60s',
		does: 'the callback comes so long after the end',
		apply: (script, value) => (script.callbackLate = time(value)),
	},
	{
		key: 'callback-forged',
		value: 'state',
		does: 'before the true callback comes a false one: `state` says the opposite end, `task` names an unknown task',
		apply: (script, value) => (script.callbackForged = oneOf(value, FORGERIES)),
	},
];

/**
 * Reads `[sandbox: key=value, key, …]` out of a prompt; a prompt without one asks for nothing.
 *
 * Gives an error on an unknown key, or a value that is missing, not wanted or wrong.
 */
export function readPromptScript(prompt: string): PromptScript | PromptScriptError {
	try {
		return parse(prompt);
	} catch (error) {
		return error instanceof PromptScriptError ? error : new PromptScriptError(String(error));
	}
}

function parse(prompt: string): PromptScript {
	const brackets = [...prompt.matchAll(/\[sandbox:([^\]]*)\]/gi)];
	if (brackets.length > 1) throw new PromptScriptError('a prompt can hold one [sandbox: …] only');
	const script: PromptScript = {};
	for (const part of (brackets[0]?.[1] ?? '').split(',')) {
		if (part.trim() !== '') applyPart(script, part.trim());
	}
	return script;
}

function applyPart(script: PromptScript, part: string): void {
	const [name = '', ...rest] = part.split('=');
	const value = rest.length > 0 ? rest.join('=').trim() : undefined;
	const key = PROMPT_KEYS.find((each) => each.key === name.trim());
	if (!key) {
		const known = PROMPT_KEYS.map((each) => each.key).join(', ');
		throw new PromptScriptError(`unknown key "${name.trim()}"; known are ${known}`);
	}
	if (key.value === undefined && value !== undefined) {
		throw new PromptScriptError(`"${key.key}" takes no value`);
	}
	if (key.value !== undefined && !value) {
		throw new PromptScriptError(`"${key.key}" needs a value, e.g. ${key.key}=${key.value}`);
	}
	key.apply(script, value ?? '');
}
