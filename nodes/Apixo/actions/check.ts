import type { Problem } from '../../shared/errors';
import { isHttpUrl } from '../../shared/urls';

/**
 * A parameter that breaks a rule (promise 3). The message names the parameter as it is displayed, the
 * rule and the value; the description tells how to mend it.
 */
export class BadInput extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** `label` is the parameter's displayed name in each of these; each gives the value that was meant. */

/** Characters. */
export interface TextRule {
	min?: number;
	max?: number;
}

/** A text of `min` to `max` characters, without the white space around it. */
export function text(
	label: string,
	value: unknown,
	{ min = 0, max = Infinity }: TextRule = {},
): string {
	if (typeof value !== 'string') throw wrong(label, 'must be a text', value);
	const { length } = [...value.trim()];
	if (min > 0 && length === 0) {
		throw new BadInput(
			`'${label}' is empty`,
			`Fill in '${label}'. If it is an expression, check that the incoming item has that field.`,
		);
	}
	refuseUnevaluated(label, value);
	if (length < min || length > max) {
		throw new BadInput(
			`'${label}' may have at most ${max} characters, but has ${length}: ${shown(value)}`,
			`Shorten '${label}'.`,
		);
	}
	return value.trim();
}

/** A text that can stand in a header; or a whole number, such as the ID of a row. */
export function identifier(label: string, value: unknown, rule: TextRule): string {
	const id = text(label, Number.isSafeInteger(value) ? String(value) : value, { min: 1, ...rule });
	if (/^[\x20-\x7e]+$/.test(id)) return id;
	throw wrong(label, 'may only hold letters without accents, digits, spaces and signs', id);
}

/** Braces that are still there mean that nobody evaluated what is between them. */
function refuseUnevaluated(label: string, value: string): void {
	const unevaluated = /\{\{.*?\}\}/s.exec(value)?.[0];
	if (unevaluated === undefined) return;
	throw new BadInput(
		`'${label}' still holds an expression that was not evaluated: ${shown(unevaluated)}`,
		`Switch the field '${label}' from "Fixed" to "Expression", or take the braces out.`,
	);
}

/** One of `allowed`; a text that spells one of the numbers is taken as that number. */
export function choice<Value extends string | number>(
	label: string,
	value: unknown,
	allowed: readonly Value[],
): Value {
	const meant = allowed.find(
		(one) => one === value || (typeof value === 'string' && String(one) === value.trim()),
	);
	if (meant !== undefined) return meant;
	throw wrong(label, `must be one of ${allowed.join(', ')}`, value);
}

/** True or false, or a text that spells it. */
export function boolean(label: string, value: unknown): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw wrong(label, 'must be true or false', value);
}

export interface NumberRule {
	min?: number;
	max?: number;
	/** Excludes `min` itself. */
	moreThanMin?: boolean;
	step?: number;
}

/** A finite number, or a text that spells one. */
export function number(label: string, value: unknown, rule: NumberRule = {}): number {
	const { min = -Infinity, max = Infinity, moreThanMin = false, step } = rule;
	const spelled = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	const range = describeRange(rule);
	if (typeof spelled !== 'number' || !Number.isFinite(spelled)) {
		throw wrong(label, `must be a number${range}`, value);
	}
	const tooSmall = moreThanMin ? spelled <= min : spelled < min;
	if (tooSmall || spelled > max) throw wrong(label, `must be a number${range}`, value);
	if (step === undefined) return spelled;
	// 0.1 has no exact binary form, so the distance to the next step decides.
	const steps = Math.round(spelled / step);
	if (Math.abs(spelled / step - steps) > 1e-6) {
		throw wrong(label, `must be a number${range}`, value);
	}
	return Number((steps * step).toFixed(10));
}

function describeRange({ min, max, moreThanMin, step }: NumberRule): string {
	const from =
		min !== undefined && max === undefined
			? ` ${moreThanMin ? 'above' : 'of at least'} ${min}`
			: '';
	const between = min !== undefined && max !== undefined ? ` from ${min} to ${max}` : '';
	const steps = step === undefined ? '' : step === 1 ? ' without decimals' : ` in steps of ${step}`;
	return from + between + steps;
}

/** An absolute http or https URL. */
export function httpUrl(label: string, value: unknown, howToMend: string): string {
	const url = typeof value === 'string' ? value.trim() : value;
	if (url === '' || url === undefined || url === null) {
		throw new BadInput(`'${label}' is empty`, howToMend);
	}
	if (typeof url === 'string') refuseUnevaluated(label, url);
	if (isHttpUrl(url)) return url;
	const rule = `'${label}' must be an absolute http or https URL, but is ${shown(value)}`;
	throw new BadInput(rule, howToMend);
}

function wrong(label: string, rule: string, value: unknown): BadInput {
	// An expression that finds nothing gives undefined, or null if n8n had to store it.
	const nothing = value === undefined || value === null;
	return new BadInput(
		`'${label}' ${rule}, but is ${shown(value)}${nothing ? ': this item has no such field' : ''}`,
		`Correct '${label}'. If it is an expression, look at what it gives for this item.`,
	);
}

/** A value for an error text: recognizable, and short. */
export function shown(value: unknown): string {
	const written = typeof value === 'string' ? `"${value}"` : asJson(value);
	return written.length > 80 ? `${written.slice(0, 79)}…` : written;
}

/** An expression may give anything, even what has no JSON. */
function asJson(value: unknown): string {
	try {
		return JSON.stringify(value) ?? typeof value;
	} catch {
		return typeof value;
	}
}

/**
 * Checks one item by `build`. A rule that is broken, or an expression that fails, becomes that item's
 * problem instead of ending the run.
 */
export async function checked<Value>(
	itemIndex: number,
	build: () => Value | Promise<Value>,
): Promise<{ value: Value } | { problem: Problem }> {
	try {
		return { value: await build() };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const description =
			error instanceof BadInput
				? error.description
				: 'A parameter of this item could not be read. Check its expressions.';
		const said = `${message} [item ${itemIndex}]`;
		return {
			problem: { message: said, description: `${description} Nothing was submitted for it.` },
		};
	}
}
