import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import * as check from './check';

/** All that is known of a parameter: its field, what reads it and every text about it come from here. */
export interface Parameter<Value> {
	/** Its displayed name. */
	label: string;
	default: string | number | boolean;
	/** The value that was meant. Throws `BadInput`. */
	check(value: unknown): Value;
	/** What its field is like in the editor. */
	field: Pick<INodeProperties, 'type' | 'typeOptions' | 'options'>;
	/** Whether it stands in the collection "Options". */
	inOptions?: true;
	/** An option that spares money: an expression that finds nothing must not switch it off. */
	mustBeGiven?: true;
}

/** Parameters by their stored names. */
export type Table = Readonly<Record<string, Parameter<unknown>>>;

type NameIn<Parameters> = keyof Parameters & string;
type ValueOf<One> = One extends Parameter<infer Value> ? Value : never;

export function text(
	label: string,
	standard: string,
	rule: check.TextRule = {},
): Parameter<string> {
	return {
		label,
		default: standard,
		check: (value) => check.text(label, value, rule),
		field: { type: 'string' },
	};
}

export function identifier(label: string, rule: check.TextRule): Parameter<string> {
	return {
		label,
		default: '',
		check: (value) => check.identifier(label, value, rule),
		field: { type: 'string' },
	};
}

export function number(
	label: string,
	standard: number,
	rule: check.NumberRule = {},
): Parameter<number> {
	const typeOptions = { minValue: rule.min, maxValue: rule.max };
	return {
		label,
		default: standard,
		check: (value) => check.number(label, value, rule),
		field: { type: 'number', typeOptions },
	};
}

export function flag(label: string, standard: boolean): Parameter<boolean> {
	return {
		label,
		default: standard,
		check: (value) => check.boolean(label, value),
		field: { type: 'boolean' },
	};
}

/** `options` as n8n has them: value, displayed name and description of each. */
export function choice<Value extends string | number>(
	label: string,
	standard: NoInfer<Value>,
	options: Array<INodePropertyOptions & { value: Value }>,
): Parameter<Value> {
	const values = options.map(({ value }) => value);
	return {
		label,
		default: standard,
		check: (value) => check.choice(label, value, values),
		field: { type: 'options', options },
	};
}

/** Typed it is a text, from an expression it may be any value: whoever reads it has to look. */
export function json(label: string): Parameter<unknown> {
	return { label, default: '{}', check: (value) => value, field: { type: 'json' } };
}

export function option<Value>(parameter: Parameter<Value>): Parameter<Value> {
	return { ...parameter, inOptions: true };
}

/** An option that spares money once it is added. */
export function guard<Value>(parameter: Parameter<Value>): Parameter<Value> {
	return { ...parameter, inOptions: true, mustBeGiven: true };
}

/** Makes the fields of a table's parameters; what a field looks like is added to what is known of it. */
export function fieldsOf<Parameters extends Table>(table: Parameters) {
	return (
		name: NameIn<Parameters>,
		{ typeOptions, ...look }: Partial<Omit<INodeProperties, 'displayName' | 'name'>>,
	): INodeProperties => {
		const { label, default: standard, field } = table[name] as Parameter<unknown>;
		const merged = { ...field.typeOptions, ...typeOptions };
		return {
			displayName: label,
			name,
			...field,
			...(Object.keys(merged).length > 0 && { typeOptions: merged }),
			default: standard,
			...look,
		};
	};
}

/** The parameters of one item. n8n does not store what is hidden: that has its default. */
export interface Reader<Parameters> {
	/** The checked value. Throws `BadInput`. */
	<Name extends NameIn<Parameters>>(name: Name): ValueOf<Parameters[Name]>;
	/** The same, or undefined for an option that was not added or whose expression finds nothing. */
	ifGiven<Name extends NameIn<Parameters>>(name: Name): ValueOf<Parameters[Name]> | undefined;
	/** Whatever is there, for those who check it themselves. */
	raw(name: NameIn<Parameters>): unknown;
}

export function readerOf<Parameters extends Table>(
	context: IExecuteFunctions,
	itemIndex: number,
	table: Parameters,
): Reader<Parameters> {
	let added: Record<string, unknown> | undefined;
	const options = () =>
		(added ??= (context.getNodeParameter('options', itemIndex, {}) ?? {}) as typeof added & object);
	const find = (name: string): Parameter<unknown> => table[name] as Parameter<unknown>;
	const raw = (name: string): unknown => {
		const { default: standard, inOptions } = find(name);
		if (inOptions) return options()[name] ?? standard;
		return context.getNodeParameter(name, itemIndex, standard);
	};
	const read = (name: string) => find(name).check(raw(name));
	const ifGiven = (name: string) => {
		const { mustBeGiven, check: checkValue } = find(name);
		const given = options()[name] ?? undefined;
		if (given === undefined && !(mustBeGiven && Object.hasOwn(options(), name))) return undefined;
		return checkValue(given);
	};
	return Object.assign(read, { ifGiven, raw }) as Reader<Parameters>;
}
