import { ApixoApi } from '../../index';
import { DOCUMENTS, filesIn, isBroken, read, README, REPOSITORY, unique } from './lib/documents';
import { codeSpans, headings, links, section, tables } from './lib/markdown';
import { IN_THE_EDITOR } from './lib/panel';

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
