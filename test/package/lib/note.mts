/**
 * How high the text of a sticky note is, from the style sheet of n8n 2.41 and the average width of a letter. Beside
 * the notes of all examples in a browser it was never lower, and at most 12 pixels higher.
 */

/** Pixels. */
const PADDING = { above: 8, beside: 12 };
const BORDER = 1;
const MARGIN_BELOW = 8;

interface Style {
	/** Pixels. */
	size: number;
	lineHeight: number;
	indent: number;
	marginAbove: number;
}

const STYLES: Array<[start: RegExp, style: Style]> = [
	[/^## /, { size: 24, lineHeight: 1.35, indent: 0, marginAbove: 0 }],
	[/^### /, { size: 16, lineHeight: 1.35, indent: 0, marginAbove: 0 }],
	[/^(?:\d+\.|-) /, { size: 14, lineHeight: 1.3, indent: 20, marginAbove: 3.5 }],
	[/^/, { size: 14, lineHeight: 1.35, indent: 0, marginAbove: 0 }],
];

/** The average width of a letter, as a share of its height. */
const LETTER = { regular: 0.52, bold: 0.53 };

/** Pixels, from the top of the note to below its last line. */
export function heightOfNote(content: string, width: number): number {
	const inside = width - 2 * (PADDING.beside + BORDER);
	const lines = content.split('\n').filter((line) => line !== '');
	const blocks = lines.map((line, index) => {
		const [start, style] = STYLES.find(([pattern]) => pattern.test(line)) ?? never();
		const isHeading = start.source.startsWith('^#');
		const room = inside - style.indent;
		const rows = rowsOf(line.replace(start, ''), room, style.size, isHeading);
		const isInside = style.indent > 0 && /^(?:\d+\.|-) /.test(lines[index + 1] ?? '');
		// Entries of a list stand together, and n8n takes the last margin away.
		const below = isInside || index === lines.length - 1 ? 0 : MARGIN_BELOW;
		return style.marginAbove + rows * style.size * style.lineHeight + below;
	});
	return BORDER + PADDING.above + blocks.reduce((sum, one) => sum + one, 0);
}

/** The rows that words take that do not fit into one. */
function rowsOf(text: string, room: number, size: number, isBold: boolean): number {
	let rows = 1;
	let used = 0;
	let bold = isBold;
	for (const word of text.split(' ')) {
		const starts = word.includes('**') && !/\*\*.*\*\*/.test(word);
		const letters = word.replace(/[*`]/g, '').length;
		const width = letters * size * (bold || /\*\*/.test(word) ? LETTER.bold : LETTER.regular);
		const space = size * 0.27;
		if (used > 0 && used + space + width > room) {
			rows += 1;
			used = width;
		} else {
			used += (used > 0 ? space : 0) + width;
		}
		if (starts) bold = !bold;
	}
	return rows;
}

function never(): never {
	throw new Error('The last pattern fits every line.');
}
