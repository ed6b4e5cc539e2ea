import { format, resolveConfig } from 'prettier';
import { MAX_CONCURRENT_TASKS } from '../../nodes/shared/contract.ts';
import { downloadSection } from './download-section.mts';
import { executionsSection } from './executions-section.mts';
import {
	cpuPerRequest,
	heapPerItem,
	ratioOf,
	type Results,
	SMALL_PLAN,
	timeOf,
	type WayRow,
} from './results.mts';
import { WAYS, type WayName } from './ways.mts';

const number = (value: number, digits = 0) =>
	value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const table = (head: string[], rows: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** With fewer items, the CPU that they take drowns in what n8n does anyway. */
const FEW = 100;

/** The page for users, in Markdown. What was not measured stays as it is in the page of before. */
export async function performancePage(
	results: Results,
	path: string,
	before: string,
): Promise<string> {
	const { rows, executions, downloads } = results;
	const whole = rows.length > 0;
	const sections = [
		whole && head(results),
		whole && times(results),
		whole && details(results),
		smallPlan(results),
		executions && executionsSection(executions),
		downloads && downloadSection(downloads),
		whole && method(results),
	];
	const old = before.split(/^(?=## )/m);
	const page = sections.map((section, index) => section || sectionOf(old, HEADINGS[index] ?? ''));
	const options = await resolveConfig(path);
	return await format(page.join('\n\n'), { ...options, filepath: path });
}

/** How each section begins, in their order. */
const HEADINGS = [
	'# Performance',
	'## Time',
	'## Work and memory',
	'## Small plans',
	'## Many executions',
	'## Downloads',
	'## How it was measured',
];

const sectionOf = (page: string[], heading: string) =>
	page.find((section) => section.startsWith(`${heading}\n`)) ?? '';

function head(results: Results): string {
	return `# Performance

How long many videos take, and what they cost n8n: with the APIXO node, and with workflows that call the service by n8n's own nodes.

${[thousand(results), most(results), breakdown(results)].filter(Boolean).join('\n')}`;
}

/** As many as may run at once. */
function thousand(results: Results): string {
	const [ours, loop] = (['poll', 'loop'] as const).map((way) =>
		find(results, way, MAX_CONCURRENT_TASKS),
	);
	if (ours === undefined || loop === undefined) return '';
	return `- **${number(ours.items)} videos** came out after ${timeOf(ours)}; the slowest of them alone takes ${number(ours.forcedSeconds, 1)} s. A loop of HTTP Request nodes took ${timeOf(loop)}. The node's requests each took ${number(cpuPerRequest(ours), 1)} ms of CPU, the loop's ${number(cpuPerRequest(loop), 1)} ms.`;
}

function most({ rows }: Results): string {
	const row = rows.filter(({ way }) => way === 'poll').at(-1);
	if (row === undefined || row.items <= MAX_CONCURRENT_TASKS) return '';
	return `- **${number(row.items)} videos**, of which APIXO makes ${number(MAX_CONCURRENT_TASKS)} at once, took ${timeOf(row)}: ${number(ratioOf(row), 2)} times what that limit forces. ${number(row.lost)} were lost and ${number(row.twice)} paid twice.`;
}

function breakdown({ rows }: Results): string {
	const row = rows.find(({ way, failed }) => way === 'loop' && failed !== undefined);
	if (row === undefined) return '';
	return `- **The loop breaks** at ${number(row.items)} videos: APIXO turns down what is too much, the HTTP Request node fails, and ${number(row.lost)} videos that were ordered by then are paid for and lost.`;
}

function find({ rows }: Results, way: WayName, items: number): WayRow | undefined {
	return rows.find((row) => row.way === way && row.items === items);
}

const sizesOf = ({ rows }: Results) =>
	[...new Set(rows.map(({ items }) => items))].sort((one, other) => one - other);

/** Results as they are shown on the console, and at the top of the page. */
export function timeTable(results: Results): string {
	const ways = Object.keys(WAYS) as WayName[];
	const rows = sizesOf(results).map((items) => [
		number(items),
		...ways.map((way) => {
			const row = find(results, way, items);
			if (row === undefined) return '–';
			if (row.failed !== undefined) return `${timeOf(row)}, ${number(row.lost)} lost`;
			return `${timeOf(row)} (${number(ratioOf(row), 2)})`;
		}),
	]);
	return table(['Videos', ...ways.map((way) => WAYS[way].title)], rows);
}

function times(results: Results): string {
	return `## Time

![Time for many videos, as a multiple of the shortest time possible](performance.webp)

From the start to the last video. In brackets: as a multiple of the shortest time possible, which is the slowest video, or for more than ${number(MAX_CONCURRENT_TASKS)} videos what the limit of videos at once forces. "Lost" were ordered and paid for, and did not come out.

${timeTable(results)}

"–" was not measured: one after another takes as many times longer as there are videos.`;
}

const DETAILED = ['poll', 'suspend', 'loop'] as const;

/** One line for each run. */
export function detailTable(results: Results): string {
	const lines = sizesOf(results)
		.flatMap((items) => DETAILED.flatMap((way) => find(results, way, items) ?? []))
		.map((row) => [
			number(row.items),
			WAYS[row.way].title,
			number(row.reads / row.accepted, 1),
			number(row.tooMany),
			number(row.lost),
			number(row.twice),
			...(row.items < FEW ? ['', ''] : [number(row.cpu, 1), number(cpuPerRequest(row), 1)]),
			number((row.memoryPeak - row.memoryBefore) / 1e6),
		]);
	const head = [
		'Videos',
		'Way',
		'Looks per video',
		'429s',
		'Lost',
		'Paid twice',
		'CPU, s',
		'CPU per request, ms',
		'Memory, MB',
	];
	return table(head, lines);
}

function waiting(results: Results): string {
	const row = find(results, 'poll', MAX_CONCURRENT_TASKS);
	if (row === undefined) return '';
	return `While ${number(row.items)} videos were waited for, each took ${number(heapPerItem(row) / 1000, 1)} kB of the memory that JavaScript had in use.`;
}

function callbacks(results: Results): string {
	const row = find(results, 'suspend', MAX_CONCURRENT_TASKS);
	if (row === undefined) return '';
	const grown = (row.memoryPeak - row.memoryBefore) / 1e6;
	return `A suspended execution takes nothing while it sleeps. Ten of its videos at most call back, and the first call wakes it; from then on it looks at the others by polling. With ${number(row.items)} videos n8n was larger by ${number(grown)} MB at the peak.`;
}

function details(results: Results): string {
	return `## Work and memory

What n8n's process needed for it. **429s** are requests that APIXO turned away. **CPU** is what the run took beyond what n8n takes in that time anyway, while it waits for a single video; orders and looks are the requests. **Memory** is by how much the process was larger at its peak than before.

${detailTable(results)}

${[waiting(results), callbacks(results)].filter(Boolean).join('\n\n')}`;
}

function smallPlan({ smallPlan: row }: Results): string {
	if (row === undefined) return '';
	const { requestsPerMinute, concurrentTasks } = SMALL_PLAN;
	return `## Small plans

With ${requestsPerMinute} requests a minute and ${concurrentTasks} videos at once, which the node is not told, ${row.items} videos took ${timeOf(row)}: ${number(ratioOf(row), 2)} times what ${concurrentTasks} at once force. ${number(row.lost)} were lost, ${number(row.twice)} paid twice; ${number(row.tooMany)} requests were turned away and repeated.`;
}

function method({ date, machine, versions, inParts }: Results): string {
	return `## How it was measured

Run on ${date}, on ${machine}, with ${versions}: \`npm run bench\` runs it and writes this page. It takes an hour.${inParts ? ' These figures were measured in parts, by its option `--parts`.' : ''}

- Each way has a real n8n of its own, with its default settings, SQLite and files on disk, and runs its sizes one after another, after a run that warms it up. The ways run one after another too; only "one after another" and the small plan, which leave the machine idle, run beside them.
- The sandbox stands in for APIXO, in a process of its own and at the pace of the service: a video takes 30 to 45 s, the same videos take the same time in every way, and its limits are the documented ones.
- **APIXO node** is Video → Generate with its defaults. **Suspended** is **Callback To: This Execution**.
- **HTTP Request loop** is what the service's guide says, built from n8n's nodes: HTTP Request, Wait 30 s, HTTP Request, IF, and back by Wait 5 s. **One after another** is the same inside Loop Over Items.
- Times are n8n's own: from the order to run the workflow to the end that n8n notes in its list of executions. CPU and memory are what Linux tells about n8n's process, until the execution is stored.`;
}
