import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { Apixo, ApixoApi, ApixoTrigger } from '../../index';

const apixo = new Apixo().description;
const trigger = new ApixoTrigger().description;

function withNested(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) =>
		property.type === 'collection'
			? [property, ...withNested((property.options ?? []) as INodeProperties[])]
			: [property],
	);
}

const all = withNested([...apixo.properties, ...trigger.properties, ...new ApixoApi().properties]);

describe('In the editor', () => {
	it('both nodes say what the package is for: n8n shows either as the face of the pair', () => {
		for (const { description } of [apixo, trigger]) {
			expect(description).toContain('videos from text or images with Kling 2.5 Turbo Pro');
		}
	});

	it('the actions of the trigger say of what', () => {
		const [triggerOn] = trigger.properties.filter(({ name }) => name === 'triggerOn');
		const actions = (triggerOn?.options as INodePropertyOptions[]).map(({ action }) => action);
		expect(actions).toEqual(['Video failed', 'Video ready']);
	});

	it('no hint is longer than n8n likes it', () => {
		const hints = [
			...all.flatMap(({ hint }) => hint ?? []),
			...(apixo.hints ?? []).map(({ message }) => message),
		];
		expect(hints.length).toBeGreaterThan(5);
		expect(hints.filter((hint) => hint.length > 120)).toEqual([]);
	});

	/** Beyond that n8n's panel cuts it at a width of 1,440 px. */
	it('no displayed name is too long to be read', () => {
		const names = all.filter(({ type }) => type !== 'notice').map((one) => one.displayName);
		expect(names.filter((name) => name.length > 27)).toEqual([]);
	});

	it('every number that is a time or money has its unit in its name', () => {
		const numbers = all.filter(({ type }) => type === 'number').map((one) => one.displayName);
		const counts = ['CFG Scale', 'Max Videos at Once', 'Max Videos per Execution'];
		const rest = numbers.filter((name) => !counts.includes(name));
		expect(rest.length).toBeGreaterThan(3);
		expect(rest.filter((name) => !/\((Seconds|USD)\)$/.test(name))).toEqual([]);
	});

	it('options stand in alphabetical order', () => {
		const lists = all
			.filter(({ type }) => type === 'collection')
			.map(({ options }) => (options as INodePropertyCollection[]).map((one) => one.displayName));
		expect(lists).toHaveLength(3);
		for (const names of lists) expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
	});

	it('an AI agent is told what each operation costs', () => {
		const told = apixo.properties.filter(({ name }) => name === 'toolDescription');
		const operations = apixo.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ value }) => value));
		expect(told.map(({ displayOptions }) => displayOptions?.show?.operation?.[0]).sort()).toEqual(
			operations.sort(),
		);
		const [generate] = told.filter(
			({ displayOptions }) => displayOptions?.show?.operation?.[0] === 'generate',
		);
		expect(generate?.default).toContain('Every call orders a new video and costs money');
	});
});
