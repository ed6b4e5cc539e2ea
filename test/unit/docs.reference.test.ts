import type { INodeProperties } from 'n8n-workflow';

import { ApixoApi, ApixoTrigger } from '../../index';
import { ALARM_AHEAD_MS } from '../../nodes/Apixo/actions/video/suspension/suspend';
import * as contract from '../../nodes/shared/contract';
import { MAX_CALLBACK_URL_LENGTH } from '../../nodes/shared/signing';
import { count, read, REFERENCE, unique } from './lib/documents';
import { codeSpans, headings, section, tableOf } from './lib/markdown';
import { apixo, choicesOf, fieldsOf, OPERATIONS, optionsOf, type Shown } from './lib/panel';

/** A default as the reference writes it. */
function written(field: INodeProperties): string {
	const { default: value } = field;
	const nameOf = (one: unknown) => choicesOf(field).find((choice) => choice.value === one)?.name;
	if (Array.isArray(value)) return value.map(nameOf).join(', ');
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	if (typeof value === 'number') return nameOf(value) ?? count(value);
	if (value === '') return 'empty';
	const [, ofItem] = /^=\{\{ \$json\.(\w+) \}\}$/.exec(String(value)) ?? [];
	if (ofItem !== undefined) return `the item's \`${ofItem}\``;
	return value === '{}' ? 'none' : (nameOf(value) ?? String(value));
}

const words = (ms: number) =>
	ms >= 60_000 ? `${ms / 60_000} minutes` : `${count(ms / 1000)} seconds`;

const listed = (parts: readonly string[], last = 'and') =>
	`${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`;

const PLACES: Array<[string, INodeProperties[], Shown]> = [
	['Video → Generate', apixo, { resource: 'video', operation: 'generate' }],
	['Video → Get', apixo, { resource: 'video', operation: 'get' }],
	['APIXO Trigger', new ApixoTrigger().description.properties, {}],
];

describe.each(PLACES)("The reference's tables of %s", (heading, properties, shown) => {
	const kinds = { Field: fieldsOf(properties, shown), Option: optionsOf(properties, shown) };

	it.each(Object.entries(kinds))('name every %s of the panel, and nothing else', (kind, fields) => {
		const rows = tableOf(section(REFERENCE, heading), kind).rows;
		// Fields that two ways of waiting share stand in the panel twice, in the table once.
		const names = unique(fields.map(({ displayName }) => displayName));
		expect(rows.map((row) => row[kind]).sort()).toEqual(names.sort());
	});

	it.each(Object.entries(kinds))('give the default and the choices of every %s', (kind, fields) => {
		const rows = tableOf(section(REFERENCE, heading), kind).rows;
		for (const field of fields) {
			const row = rows.find((one) => one[kind] === field.displayName);
			expect([field.displayName, row?.Default]).toEqual([field.displayName, written(field)]);
			for (const { name } of choicesOf(field)) {
				expect([field.displayName, row?.['What it does']]).toEqual([
					field.displayName,
					expect.stringContaining(`**${name}**`) as string,
				]);
			}
		}
	});
});

describe('The reference', () => {
	it('has a section for every operation, and for no other', () => {
		const sections = headings(REFERENCE).filter((heading) => heading.includes('→'));
		expect(sections.sort()).toEqual([...OPERATIONS].sort());
	});

	it("names the credential's fields with their defaults", () => {
		const fields = new ApixoApi().properties.filter(({ type }) => type !== 'notice');
		const { rows } = tableOf(section(REFERENCE, 'Credential'), 'Field');
		expect(rows.map((row) => [row.Field, row.Default?.replace(/`/g, '')])).toEqual(
			fields.map((field) => [field.displayName, written(field)]),
		);
	});

	it('tells what the trigger answers', () => {
		const { rows } = tableOf(section(REFERENCE, 'APIXO Trigger'), 'The trigger answers');
		const code = read('nodes/ApixoTrigger/receive.ts') + read('nodes/shared/verify.ts');
		const statuses = code.matchAll(/(?:refuse\(context, |refusal\()(\d{3})\b/g);
		const inCode = unique([...statuses].map(([, status = '']) => status)).sort();
		expect(rows.map((row) => row['The trigger answers'])).toEqual(inCode);
	});

	it.each<[string, string]>([
		['Prompt, negative prompt', `${count(contract.PROMPT_MAX_LENGTH)} characters`],
		['Images', `1 or ${contract.MAX_IMAGES}:`],
		['Images', `${contract.IMAGE_TYPE_NAMES}, at most ${contract.IMAGE_MAX_SIZE_NAME}`],
		['Duration', `${listed(contract.DURATIONS.map(String), 'or')} seconds`],
		['Aspect ratio', listed(contract.ASPECT_RATIOS, 'or')],
		[
			'CFG scale',
			`${contract.CFG_SCALE.min} to ${contract.CFG_SCALE.max} in steps of ${contract.CFG_SCALE.step}`,
		],
		['Videos at once', `${count(contract.MAX_CONCURRENT_TASKS)} by`],
		[
			'Videos at once',
			`plans with ${contract.SMALL_PLANS.map((plan) => plan.concurrentTasks).join(' or ')}`,
		],
		[
			'Requests a minute',
			`${count(contract.MAX_REQUESTS_PER_MINUTE)}, or ${contract.SMALL_PLANS.map((plan) => plan.requestsPerMinute).join(' or ')}`,
		],
		...contract.DURATIONS.map((duration): [string, string] => {
			const [shortest, longest] = contract.USUAL_TIME_MS[contract.KLING_MODEL][duration];
			const range = `${shortest / 1000} to ${longest / 1000} seconds`;
			return ['Time to make a video', `${range} for ${duration} seconds`];
		}),
		['Links to videos', contract.RESULT_URL_LIFE],
		['Callback', `answered within ${words(contract.CALLBACK_ANSWER_WITHIN_MS)}`],
		['Callback', `again after ${listed(contract.CALLBACK_RETRY_DELAYS_MS.map(words))}`],
		['Callback Deadline', `${ALARM_AHEAD_MS / 1000} seconds after it`],
		['Callback Metadata', `${count(MAX_CALLBACK_URL_LENGTH)} characters`],
	])('gives the limit of "%s" as the node keeps it: %s', (what, limit) => {
		const row = tableOf(section(REFERENCE, 'Limits'), 'What').rows.find((one) => one.What === what);
		expect(row?.Limit).toContain(limit);
	});

	it('knows every field of the output, and where it comes from', () => {
		const { rows } = tableOf(section(REFERENCE, 'Output'), 'Output field');
		const fieldsFrom = (place: string) =>
			rows
				.filter((row) => row['Comes from']?.split(', ').includes(place))
				.flatMap((row) => codeSpans(row['Output field'] ?? ''));
		for (const [place, file] of [
			['Generate', 'generate'],
			['Get', 'get'],
		] as const) {
			const schema = read(`nodes/Apixo/__schema__/v1.0.0/video/${file}.json`);
			const { properties } = JSON.parse(schema) as { properties: object };
			expect(fieldsFrom(place).sort()).toEqual(Object.keys(properties).sort());
		}
		expect(fieldsFrom('trigger')).toContain('metadata');
	});
});
