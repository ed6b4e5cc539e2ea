/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

import type { IExecuteFunctions, INodePropertyOptions } from 'n8n-workflow';

import { Apixo, ApixoApi } from '../../../index';
import { fieldsOf, readerOf } from '../../../nodes/Apixo/actions/parameter';
import { GENERATE, GET } from '../../../nodes/Apixo/actions/video/parameters';

/** A node whose stored parameters are these; n8n stores no hidden ones. */
function contextWith(parameters: Record<string, unknown>): IExecuteFunctions {
	const getNodeParameter = (name: string, _item: number, fallback: unknown) =>
		name in parameters ? parameters[name] : fallback;
	return { getNodeParameter } as unknown as IExecuteFunctions;
}

describe('A parameter', () => {
	const read = (parameters: Record<string, unknown>) =>
		readerOf(contextWith(parameters), 0, GENERATE);

	it('that is hidden, or an option that was not added, has its default', () => {
		expect(read({})('mode')).toBe('text-to-video');
		expect(read({})('timeout')).toBe(600);
		expect(read({}).ifGiven('timeout')).toBeUndefined();
		expect(read({ options: null })('timeout')).toBe(600);
	});

	it('is checked by its own rule, and named by its own label', () => {
		expect(read({ duration: '10' })('duration')).toBe(10);
		expect(() => read({ duration: 7 })('duration')).toThrow("'Duration' must be one of 5, 10");
		expect(() => read({ options: { timeout: 0 } })('timeout')).toThrow(GENERATE.timeout.label);
		expect(() => read({ options: { cfgScale: 2 } }).ifGiven('cfgScale')).toThrow("'CFG Scale'");
	});

	it('may have another default in another operation', () => {
		expect(read({})('waitForCompletion')).toBe(true);
		expect(readerOf(contextWith({}), 0, GET)('waitForCompletion')).toBe(false);
	});

	it('has a field with its name, default, values and bounds', () => {
		expect(fieldsOf(GENERATE)('cfgScale', { typeOptions: { numberPrecision: 1 } })).toEqual({
			displayName: 'CFG Scale',
			name: 'cfgScale',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 1 },
			default: 0.5,
		});
	});
});

describe('The texts about the service and its tasks', () => {
	/** What n8n and its nodes call things, and the paths to operations. */
	const OTHER_NAMES = [
		'Options',
		'Retry',
		'Video → Get',
		'Account → Get Balance',
		'APIXO accepted',
	];

	it('name only parameters and choices that the editor shows', () => {
		const { properties } = new Apixo().description;
		const tables = [...Object.values(GENERATE), ...Object.values(GET)];
		const known = new Set([
			...OTHER_NAMES,
			...[...properties, ...new ApixoApi().properties].map(({ displayName }) => displayName),
			...tables.map(({ label }) => label),
			...tables.flatMap(({ field }) =>
				((field.options ?? []) as INodePropertyOptions[]).map(({ name }) => name),
			),
		]);
		const folder = join(__dirname, '../../../nodes/shared/errors');
		const source = readdirSync(folder)
			.map((file) => readFileSync(join(folder, file), 'utf8'))
			.join('\n');
		const quoted = [...source.matchAll(/\\?"([A-Z][^"\\]+)\\?"|[\s\\]'([A-Z][\w ()]+)\\?'[ :]/g)];
		const names = quoted.map(([, double, single]) => double ?? single ?? '');
		expect(names.length).toBeGreaterThan(5);
		expect(names.filter((name) => !known.has(name))).toEqual([]);
	});
});
