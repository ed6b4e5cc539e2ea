import type { IDataObject, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { Apixo, ApixoApi, ApixoTrigger } from '../../../index';

/** What a name is, and what its loss would do to people who use it. */
export const FEELS = {
	type: 'n8n finds no such node or credential any more: the workflow shows "?" and does not run.',
	parameter:
		'what a workflow has stored under it is ignored; n8n does not store defaults, so another default changes every workflow that never touched it.',
	value: 'a workflow that has stored it shows an error, or does something else.',
	output:
		'expressions of the following nodes that read it give nothing: a message without its link.',
	binary: 'the next node does not find the file.',
	webhook: 'a callback that is under way, or a URL that was copied, leads nowhere: 404.',
	query: 'a callback that is under way is taken for a stranger’s, and its metadata is lost.',
	stored:
		'an execution that sleeps, or is retried after the upgrade, does not find what it has paid for.',
} as const;
export type NameKind = keyof typeof FEELS;

const line = (kind: NameKind, name: string) => `${kind} ${name}`;

/** Names that descriptions hold: types, parameters with their defaults, values, webhook paths. */
export function describedNames(): string[] {
	const nodes = [new Apixo(), new ApixoTrigger()].map(({ description }) => description);
	const credential = new ApixoApi();
	return [
		line('type', `credential ${credential.name}`),
		...parameterNames(`credential ${credential.name}`, credential.properties),
		...nodes.flatMap((description) => [
			...[description.version]
				.flat()
				.map((version) => line('type', `${description.name} version ${version}`)),
			...parameterNames(description.name, description.properties),
			...webhookNames(description),
		]),
	];
}

function webhookNames({ name, webhooks = [] }: INodeTypeDescription): string[] {
	return webhooks.map(({ httpMethod, path }) =>
		line('webhook', `${name} ${String(httpMethod)} ${path}`),
	);
}

function parameterNames(owner: string, properties: readonly INodeProperties[]): string[] {
	return properties.flatMap((property) => {
		if (property.type === 'notice') return [];
		const { resource, operation } = property.displayOptions?.show ?? {};
		const place = [owner, ...(resource ?? []), ...(operation ?? [])].map(String).join('.');
		const path = `${place} ${property.name}`;
		const nested = property.type === 'collection' ? property.options : undefined;
		// Wording for an agent may get better; it is no name.
		const hasName = nested === undefined && property.name !== 'toolDescription';
		const end = hasName ? `, default ${JSON.stringify(property.default)}` : '';
		const own = line('parameter', `${path}: ${property.type}${end}`);
		const values = (nested ? [] : (property.options ?? [])).flatMap((option) =>
			'value' in option ? [line('value', `${path} = ${JSON.stringify(option.value)}`)] : [],
		);
		const inside = (nested ?? []).filter((option): option is INodeProperties => 'type' in option);
		return [own, ...values, ...parameterNames(path, inside)];
	});
}

/** What kinds of values a JSON holds, and where: `ledger.*.*.hash: string`. */
export function shapeOf(kind: NameKind, owner: string, value: unknown): string[] {
	const shape = (path: string, at: unknown): string[] => {
		if (Array.isArray(at)) return at.flatMap((one) => shape(`${path}[]`, one));
		// An item's own data is the user's.
		if (typeof at !== 'object' || at === null || path.endsWith('.input')) {
			return at === undefined ? [] : [line(kind, `${owner} ${path.slice(1)}: ${typeof at}`)];
		}
		return Object.entries(at as IDataObject).flatMap(([name, one]) =>
			shape(`${path}.${/^\d+$/.test(name) ? '*' : name}`, one),
		);
	};
	return shape('', value);
}
