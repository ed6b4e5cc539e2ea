/** As much Markdown as the tests of the documentation need. */

export interface Table {
	columns: string[];
	/** Cells by column. */
	rows: Array<Record<string, string>>;
}

/** What stands below a heading, up to the next one, whatever its level. */
export function section(markdown: string, heading: string): string {
	const lines = withoutCode(markdown).split('\n');
	const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && /^#/.test(line));
	if (start < 0) throw new Error(`There is no heading "${heading}"`);
	const end = lines.findIndex((line, index) => index > start && /^#+ /.test(line));
	return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

export function headings(markdown: string): string[] {
	return withoutCode(markdown)
		.split('\n')
		.filter((line) => /^#+ /.test(line))
		.map((line) => line.replace(/^#+ /, ''));
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replace(/ /g, '-');
}

export function tables(markdown: string): Table[] {
	const blocks = markdown.match(/(?:^\|.*\|$\n?)+/gm) ?? [];
	return blocks.map((block) => {
		const [head = '', , ...body] = block.trim().split('\n');
		const columns = cells(head);
		const rows = body.map((line) =>
			Object.fromEntries(cells(line).map((cell, index) => [columns[index] ?? '', cell])),
		);
		return { columns, rows };
	});
}

/** The table whose first column has this name. */
export function tableOf(markdown: string, firstColumn: string): Table {
	const found = tables(markdown).find(({ columns }) => columns[0] === firstColumn);
	if (found === undefined) throw new Error(`There is no table of "${firstColumn}"`);
	return found;
}

/** Targets of all links and pictures. */
export function links(markdown: string): string[] {
	return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What stands between single backticks. */
export function codeSpans(markdown: string): string[] {
	return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

function cells(line: string): string[] {
	return line
		.slice(1, -1)
		.split('|')
		.map((cell) => cell.trim());
}

function withoutCode(markdown: string): string {
	return markdown.replace(/^```[\s\S]*?^```/gm, '');
}
