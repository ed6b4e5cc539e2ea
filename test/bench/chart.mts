import { writeFile } from 'node:fs/promises';
import { openBrowser } from '../../harness/n8n/browser.mts';
import { ratioOf, type Results, type WayRow } from './results.mts';
import { WAYS, type WayName } from './ways.mts';

const WIDTH = 960;
const HEIGHT = 440;
const PLOT = { left: 60, right: 940, top: 60, bottom: 370 };

/** Where the scale ends; a longer bar is cut off there and tells its number. */
const HIGHEST = 2.2;

const COLORS: Record<WayName, string> = {
	poll: '#2563eb',
	suspend: '#0d9488',
	loop: '#f59e0b',
	serial: '#9ca3af',
};

/** Draws the times of all ways, as multiples of the shortest time possible, into a webp. */
export async function drawChart(results: Results, path: string): Promise<void> {
	const browser = await openBrowser();
	try {
		const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
		await page.setContent(`<body style="margin:0">${chart(results)}</body>`);
		// Playwright itself writes png and jpeg only.
		const session = await page.context().newCDPSession(page);
		const clip = { x: 0, y: 0, width: WIDTH, height: HEIGHT, scale: 2 };
		const shot = { format: 'webp', quality: 90, clip } as const;
		const { data } = await session.send('Page.captureScreenshot', shot);
		await writeFile(path, Buffer.from(data, 'base64'));
	} finally {
		await browser.close();
	}
}

const y = (ratio: number) =>
	PLOT.bottom - (Math.min(ratio, HIGHEST) / HIGHEST) * (PLOT.bottom - PLOT.top);

function chart({ rows }: Results): string {
	const sizes = [...new Set(rows.map(({ items }) => items))].sort((one, other) => one - other);
	const ways = (Object.keys(WAYS) as WayName[]).filter((way) =>
		rows.some((row) => row.way === way),
	);
	const step = (PLOT.right - PLOT.left) / sizes.length;
	const width = (step * 0.84) / ways.length;
	const bars = rows.map((row) => {
		const x = PLOT.left + sizes.indexOf(row.items) * step + step * 0.08;
		return bar(row, x + ways.indexOf(row.way) * width, width - 3);
	});
	const labels = sizes.map((size, index) =>
		text(PLOT.left + (index + 0.5) * step, PLOT.bottom + 22, size.toLocaleString('en-US'), 14),
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" fill="#374151">
		<rect width="100%" height="100%" fill="#fff"/>
		${[0.5, 1, 1.5, 2].map(gridLine).join('')}
		${bars.join('')}${labels.join('')}
		${text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 50, 'videos in one run', 14)}
		${ways.map((way, index) => key(way, PLOT.left + index * 220)).join('')}
	</svg>`;
}

const text = (x: number, at: number, words: string, size: number, rest = '') =>
	`<text x="${x}" y="${at}" font-size="${size}" text-anchor="middle" ${rest}>${words}</text>`;

function gridLine(ratio: number): string {
	const isLimit = ratio === 1;
	return `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(ratio)}" y2="${y(ratio)}" stroke="${isLimit ? '#111827' : '#e5e7eb'}"/>
		${text(PLOT.left - 22, y(ratio) + 5, `${ratio} ×`, 14)}`;
}

function key(way: WayName, x: number): string {
	return `<rect x="${x}" y="18" width="14" height="14" fill="${COLORS[way]}"/>
		<text x="${x + 20}" y="30" font-size="14">${WAYS[way].title}</text>`;
}

function bar(row: WayRow, x: number, width: number): string {
	const middle = x + width / 2;
	if (row.failed !== undefined) {
		const turned = `transform="rotate(-90 ${middle + 5} ${PLOT.bottom - 60})" fill="${COLORS[row.way]}" font-weight="bold"`;
		const lost = `failed, ${row.lost.toLocaleString('en-US')} lost`;
		return text(middle + 5, PLOT.bottom - 60, lost, 13, turned);
	}
	const ratio = ratioOf(row);
	const top = y(ratio);
	const shown = ratio > HIGHEST ? ratio.toFixed(0) : ratio.toFixed(2);
	return `<rect x="${x}" y="${top}" width="${width}" height="${PLOT.bottom - top}" fill="${COLORS[row.way]}"/>
		${text(middle, top - 5, shown, 11)}`;
}
