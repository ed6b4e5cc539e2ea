/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { CHECKOUT } from '../../harness/checkout';
import { Apixo, ApixoApi, ApixoTrigger } from '../../index';
import { ALARM_AHEAD_MS } from '../../nodes/Apixo/actions/video/suspension/suspend';
import { MAX_CALLBACK_URL_LENGTH } from '../../nodes/shared/signing';
import * as contract from '../../nodes/shared/contract';
import * as errors from '../../nodes/shared/errors';
import { anchorOf, codeSpans, headings, links, section, tableOf, tables } from './lib/markdown';

const REPOSITORY = 'https://github.com/n8n-nodes-apixo/n8n-nodes-apixo';
const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');
const filesIn = (folder: string, end: string) =>
	readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' })
		.map((file) => file.replace(/\\/g, '/'))
		.filter((file) => file.endsWith(end));

const README = read('README.md');
const REFERENCE = read('docs/reference.md');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
	filesIn('docs', '.md').map((file) => `docs/${file}`),
);
const apixo = new Apixo().description.properties;

/** "Options" of a resource and an operation, or of all if there is only one. */
interface Shown {
	resource?: string;
	operation?: string;
}

/** What chooses the fields, holds them, or shows only where an agent is told about its tool. */
const NO_FIELDS = ['resource', 'operation', 'options', 'toolDescription'];

/** The fields that a user sees there, without those that only choose the operation. */
function fieldsOf(properties: INodeProperties[], shown: Shown): INodeProperties[] {
	return properties.filter(({ name, type, displayOptions }) => {
		if (type === 'notice' || NO_FIELDS.includes(name)) return false;
		return isShown(displayOptions?.show, shown);
	});
}

function optionsOf(properties: INodeProperties[], shown: Shown): INodeProperties[] {
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

const choicesOf = ({ type, options }: INodeProperties) =>
	type === 'options' || type === 'multiOptions' ? ((options ?? []) as INodePropertyOptions[]) : [];

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

const count = (value: number) => value.toLocaleString('en-US');

const words = (ms: number) =>
	ms >= 60_000 ? `${ms / 60_000} minutes` : `${count(ms / 1000)} seconds`;

const listed = (parts: readonly string[], last = 'and') =>
	`${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`;

const unique = (values: string[]) => [...new Set(values)];

const PLACES: Array<[string, INodeProperties[], Shown]> = [
	['Video → Generate', apixo, { resource: 'video', operation: 'generate' }],
	['Video → Get', apixo, { resource: 'video', operation: 'get' }],
	['APIXO Trigger', new ApixoTrigger().description.properties, {}],
];

/** Of the node, as the pages name them. */
const OPERATIONS = choicesNamed('resource', {}).flatMap((resource) =>
	choicesNamed('operation', { resource: String(resource.value) }).map(
		(operation) => `${resource.name} → ${operation.name}`,
	),
);

function choicesNamed(name: string, shown: Shown): INodePropertyOptions[] {
	return apixo
		.filter((field) => field.name === name && isShown(field.displayOptions?.show, shown))
		.flatMap(choicesOf);
}

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

describe('The README', () => {
	it('stays short enough to be read', () => {
		expect(README.split('\n').length).toBeLessThan(250);
	});

	it('links nothing by a relative path, because npm shows it without the repository', () => {
		expect(links(README).filter((link) => !/^(https:|#)/.test(link))).toEqual([]);
	});

	it("links APIXO's prices, as every page about costs does", () => {
		for (const text of [README, read('docs/costs.md')])
			expect(links(text)).toContain(contract.PRICES_PAGE);
	});

	it('leads to every page', () => {
		const pages = links(section(README, 'All pages')).map((link) => fileOf(link, 'README.md'));
		const own = filesIn('docs', '.md').map((file) => `docs/${file}`);
		// These are for whoever works on the package.
		const forDevelopers = ['docs/adding-a-model.md', 'docs/verification.md'];
		expect(own.filter((page) => !pages.includes(page))).toEqual(forDevelopers);
	});

	it('compares with other ways by what was measured', () => {
		const compared = tableOf(section(README, 'Beside other ways'), 'Videos');
		const measured = tableOf(section(read('docs/performance.md'), 'Time'), 'Videos');
		const COLUMNS = {
			'This node': 'APIXO node, polling',
			'HTTP Request loop': 'HTTP Request loop',
			'One after another, as by hand': 'One after another',
		};
		expect(compared.columns.slice(1)).toEqual(Object.keys(COLUMNS));
		expect(compared.rows.length).toBeGreaterThan(3);
		for (const row of compared.rows) {
			const [count] = row.Videos?.split(', ') ?? [];
			const figures = measured.rows.find(({ Videos }) => Videos === count);
			const said = Object.keys(COLUMNS).map((column) => row[column]);
			expect([count, ...said]).toEqual([
				count,
				...Object.values(COLUMNS).map((column) => inShort(figures?.[column] ?? '')),
			]);
		}
	});

	it('says that the package is not published yet, for as long as that is so', () => {
		const isReleased = headings(read('CHANGELOG.md')).some((heading) => /^\[\d/.test(heading));
		expect(README.includes('not on npm yet')).toBe(!isReleased);
		// `npm run release` takes out what stands between these two.
		const marked = /<!-- until the first release -->\n[^]*<!-- \/until the first release -->\n\n/;
		expect(marked.test(README)).toBe(!isReleased);
		const { version } = JSON.parse(read('package.json')) as { version: string };
		expect(README.includes(`n8n-nodes-apixo-${version}.tgz`)).toBe(!isReleased);
	});
});

/** A cell of docs/performance.md, as the README has it. */
function inShort(figure: string): string {
	const [, seconds] = /^([\d,.]+) s/.exec(figure) ?? [];
	if (seconds !== undefined) return `${count(Math.round(Number(seconds.replace(',', ''))))} s`;
	const [, lost] = /^failed .* ([\d,]+) lost$/.exec(figure) ?? [];
	return lost === undefined ? figure : `fails; ${lost} videos are paid for and lost`;
}

/** Every function of `errors/` that makes a problem, called as the node does. */
const PROBLEMS: Record<string, errors.Problem[]> = {
	refused: [
		errors.refused('submit', { status: 400 }),
		errors.refused('read', { status: 401, message: 'No' }, 't1'),
		errors.refused('balance', { status: 500 }),
	],
	unreachable: [errors.unreachable('the connection was refused', 5)],
	outcomeUnknown: [errors.outcomeUnknown('the connection was lost')],
	orderedBefore: [errors.orderedBefore()],
	outcomeStillUnknown: [errors.outcomeStillUnknown()],
	outcomeUnknownWithKey: [errors.outcomeUnknownWithKey('the connection was lost')],
	outcomeStillUnknownWithKey: [errors.outcomeStillUnknownWithKey()],
	noBatches: [errors.noBatches(404)],
	keyInUse: [errors.keyInUse('another input')],
	keyBusy: [errors.keyBusy('in use')],
	itemRefused: [errors.itemRefused('no', 403)],
	refusedAfterUnclear: [errors.refusedAfterUnclear(errors.refused('submit', { status: 402 }))],
	withSpentKey: [
		errors.withSpentKey(errors.taskFailed({ taskId: 't1', ended: true, state: 'failed' })),
	],
	taskFailed: [errors.taskFailed({ taskId: 't1', ended: true, state: 'failed' })],
	timedOut: [errors.timedOut('t1', 600_000)],
	noTurn: [errors.noTurn(600_000)],
	noResult: [errors.noResult('t1')],
	withOthers: [],
	canceled: [errors.canceled(['t1'], [], 0)],
	crashed: [errors.crashed('a reason', [])],
	unprepared: [errors.unprepared('a reason')],
	cannotSuspendAsTool: [errors.cannotSuspendAsTool()],
	cannotSuspendHere: [errors.cannotSuspendHere('http://localhost:5678')],
	unreadableMemory: [errors.unreadableMemory()],
	badBaseUrl: [errors.badBaseUrl('absolute'), errors.badBaseUrl('no user info')],
	badKey: [errors.badKey()],
	notSendable: [errors.notSendable('a reason', 'A hint.')],
	unreadBalance: [errors.unreadBalance('a reason')],
};

describe("The reference's section on failures", () => {
	const failures = section(REFERENCE, 'When something fails');
	/** The beginnings of texts; "…" stands for anything. */
	const beginnings = tableOf(failures, 'The text begins with')
		.rows.map((row) => codeSpans(row['The text begins with'] ?? '')[0] ?? '')
		.filter((text) => !text.startsWith("'Prompt'"));
	const begins = (message: string, beginning: string) =>
		new RegExp(`^${beginning.split('…').map(escaped).join('.+?')}`).test(message);

	it('knows every text of the package', () => {
		const made = Object.entries(errors).filter(([, value]) => typeof value === 'function');
		expect(made.map(([name]) => name).sort()).toEqual(Object.keys(PROBLEMS).sort());
		const messages = Object.values(PROBLEMS).flatMap((all) => all.map(({ message }) => message));
		const unknown = messages.filter((message) => !beginnings.some((one) => begins(message, one)));
		expect(unknown).toEqual([]);
		const unused = beginnings.filter((one) => !messages.some((message) => begins(message, one)));
		expect(unused).toEqual([]);
	});

	it('knows every status that has a hint of its own', () => {
		const hintOf = (status: number) => errors.refused('submit', { status }).description;
		const all = Array.from({ length: 200 }, (_, index) => 400 + index);
		const special = all.filter((status) => hintOf(status) !== hintOf(599)).map(String);
		expect(tableOf(failures, 'Status').rows.map((row) => row.Status)).toEqual(special);
	});

	it('knows every fail code that has a hint', () => {
		const { rows } = tableOf(failures, 'Fail codes');
		const codes = rows.flatMap((row) => codeSpans(row['Fail codes'] ?? ''));
		expect(codes.sort()).toEqual(Object.keys(errors.FAIL_CODE_HINTS).sort());
		const hints = rows.map((row) =>
			unique(codeSpans(row['Fail codes'] ?? '').map((code) => errors.FAIL_CODE_HINTS[code] ?? '')),
		);
		for (const hint of hints) expect(hint).toHaveLength(1);
	});
});

describe.each(DOCUMENTS)('%s', (path) => {
	const text = read(path);

	it('names only npm scripts that exist', () => {
		const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
		const named = [...text.matchAll(/npm (?:run )?(test|(?<=run )[\w:-]+)/g)].map(
			([, name]) => name,
		);
		expect(named.filter((name) => scripts[name ?? ''] === undefined)).toEqual([]);
	});

	it('calls what is in the editor as it is called there', () => {
		const named = boldIn(text)
			.flatMap((bold) => bold.split(/: | > /))
			.filter(isTitle);
		expect(named.filter((name) => !IN_THE_EDITOR.has(name))).toEqual([]);
	});

	it('links only what exists', () => {
		expect(links(text).filter((link) => isBroken(link, path))).toEqual([]);
	});
});

/** n8n's own words that the pages use. */
const OF_N8N = [
	'Execute Workflow',
	'Import from File',
	'On Error',
	'Retry On Fail',
	'Timeout Workflow',
];

/** What this package's nodes show: fields, options, choices, operations, names. */
const IN_THE_EDITOR = new Set([
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

/** "Wait for Completion", and no sentence: two words or more, with a capital each. */
function isTitle(text: string): boolean {
	const words = text
		.split(' ')
		.filter((word) => !/^(→|at|for|from|if|in|of|per|to|with)$/.test(word));
	return words.length > 1 && words.every((word) => /^[(A-Z\d]/.test(word)) && !text.endsWith('.');
}

function boldIn(markdown: string): string[] {
	return [...markdown.matchAll(/\*\*([^*\n]+)\*\*/g)].map(([, bold = '']) => bold);
}

/** Only links into this repository can be judged here. */
function isBroken(link: string, from: string): boolean {
	const [target = '', anchor] = link.split('#');
	const path = fileOf(target, from);
	if (path === undefined) return false;
	if (!existsSync(join(CHECKOUT, path))) return true;
	if (anchor === undefined || !path.endsWith('.md')) return false;
	return anchor !== 'readme' && !headings(read(path)).map(anchorOf).includes(anchor);
}

function fileOf(target: string, from: string): string | undefined {
	if (target === '') return from;
	if (target === REPOSITORY) return 'README.md';
	for (const kind of ['blob', 'raw']) {
		const main = `${REPOSITORY}/${kind}/main/`;
		if (target.startsWith(main)) return target.slice(main.length);
	}
	return target.includes('://') ? undefined : join(from, '..', target);
}

describe('The documentation around the nodes', () => {
	it("is where the nodes' panels and the credential link to", () => {
		const codex = ['nodes/Apixo/Apixo.node.json', 'nodes/ApixoTrigger/ApixoTrigger.node.json'];
		const urls = codex.flatMap((path) => read(path).match(/https:[^"]+/g) ?? []);
		expect(urls).toHaveLength(4);
		urls.push(new ApixoApi().documentationUrl);
		expect(urls.filter((url) => !url.startsWith(REPOSITORY) || isBroken(url, ''))).toEqual([]);
	});

	it('lists every example, and none that is not there', () => {
		const examples = filesIn('examples', '.json').sort();
		const named = (text: string) =>
			links(text)
				.filter((link) => link.endsWith('.json'))
				.map((link) => link.split('/').at(-1) ?? '');
		expect(named(section(README, 'Examples')).sort()).toEqual(examples);
		const described = named(read('docs/examples.md'));
		expect(described.filter((file) => !examples.includes(file))).toEqual([]);
		const shown = links(read('docs/examples.md')).filter((link) => link.startsWith('pictures/'));
		expect(shown.map((link) => link.replace('pictures/example-', ''))).toEqual(
			described.map((file) => file.replace('.json', '.webp')),
		);
	});

	it('shows every picture, and none that is not there', () => {
		const named = DOCUMENTS.flatMap((path) => links(read(path)))
			.filter((link) => /(^|\/)pictures\//.test(link))
			.map((link) => link.split('/').at(-1) ?? '');
		expect(named).toContain('text-to-video.webp');
		expect(unique(named).sort()).toEqual(filesIn('docs/pictures', '.webp').sort());
	});

	it('tells contributors about every file of nodes/', () => {
		const contributing = read('CONTRIBUTING.md');
		const named = tables(contributing)
			.filter(({ columns }) => columns[0] === 'File')
			.flatMap(({ rows }) => rows.flatMap((row) => codeSpans(row.File ?? '')))
			.map((file) => file.split('/').filter(Boolean).at(-1) ?? '');
		const described = ['Apixo.node.ts', 'ApixoTrigger.node.ts', 'webhooks.ts', 'index.ts'];
		const files = unique(
			filesIn('nodes', '.ts')
				.filter((file) => !file.includes('/account/'))
				.map((file) => file.split('/').at(-1) ?? ''),
		).filter((file) => !described.includes(file));
		expect(files.filter((file) => !named.includes(file))).toEqual([]);
		const gone = named.filter((file) => file.endsWith('.ts') && !existsInNodes(file));
		expect(gone).toEqual([]);
	});

	it('tells users of what is to be released', () => {
		expect(headings(read('CHANGELOG.md'))).toContainEqual(expect.stringMatching(/^\[/));
	});
});

function existsInNodes(file: string): boolean {
	return filesIn('nodes', '.ts').some((path) => path === file || path.endsWith(`/${file}`));
}

function escaped(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
