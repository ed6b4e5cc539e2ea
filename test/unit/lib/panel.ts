import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { Apixo, ApixoApi, ApixoTrigger } from '../../../index';

export const apixo = new Apixo().description.properties;

/** "Options" of a resource and an operation, or of all if there is only one. */
export interface Shown {
	resource?: string;
	operation?: string;
}

/** What chooses the fields, holds them, or shows only where an agent is told about its tool. */
const NO_FIELDS = ['resource', 'operation', 'options', 'toolDescription'];

/** The fields that a user sees there, without those that only choose the operation. */
export function fieldsOf(properties: INodeProperties[], shown: Shown): INodeProperties[] {
	return properties.filter(({ name, type, displayOptions }) => {
		if (type === 'notice' || NO_FIELDS.includes(name)) return false;
		return isShown(displayOptions?.show, shown);
	});
}

export function optionsOf(properties: INodeProperties[], shown: Shown): INodeProperties[] {
	return properties
		.filter(
			({ name, displayOptions }) => name === 'options' && isShown(displayOptions?.show, shown),
		)
		.flatMap(({ options }) => (options ?? []) as INodeProperties[]);
}

function isShown(show: Record<string, unknown> | undefined, shown: Shown): boolean {
	return Object.entries(shown).every(([name, value]) => {
		const wanted = show?.[name];
		return wanted === undefined || (Array.isArray(wanted) && wanted.includes(value));
	});
}

export const choicesOf = ({ type, options }: INodeProperties) =>
	type === 'options' || type === 'multiOptions' ? ((options ?? []) as INodePropertyOptions[]) : [];

/** Of the node, as the pages name them. */
export const OPERATIONS = choicesNamed('resource', {}).flatMap((resource) =>
	choicesNamed('operation', { resource: String(resource.value) }).map(
		(operation) => `${resource.name} → ${operation.name}`,
	),
);

function choicesNamed(name: string, shown: Shown): INodePropertyOptions[] {
	return apixo
		.filter((field) => field.name === name && isShown(field.displayOptions?.show, shown))
		.flatMap(choicesOf);
}

/** n8n's own words that the pages use. */
const OF_N8N = [
	'Connect to APIXO',
	'Execute Workflow',
	'Import from File',
	'On Error',
	'Retry On Fail',
	'Timeout Workflow',
];

/** What this package's nodes show: fields, options, choices, operations, names. */
export const IN_THE_EDITOR = new Set([
	...OF_N8N,
	...OPERATIONS,
	...[new Apixo(), new ApixoTrigger(), new ApixoApi()].flatMap((one) =>
		'description' in one
			? [one.description.displayName, ...namesOf(one.description.properties)]
			: [one.displayName, ...namesOf(one.properties)],
	),
]);

/** Units are left out where a text speaks of a field. */
function namesOf(properties: INodeProperties[]): string[] {
	return properties.flatMap((field) => [
		field.displayName,
		field.displayName.replace(/ \((Seconds|USD)\)$/, ''),
		...choicesOf(field).map(({ name }) => name),
		...(field.type === 'collection' ? namesOf((field.options ?? []) as INodeProperties[]) : []),
	]);
}
