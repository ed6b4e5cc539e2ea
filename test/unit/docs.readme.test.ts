import * as contract from '../../nodes/shared/contract';
import { count, fileOf, filesIn, read, README } from './lib/documents';
import { headings, links, section, tableOf } from './lib/markdown';

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
