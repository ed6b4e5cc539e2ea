/**
 * `npm run matrix`: what comes out of every fault, and `docs/reliability.md` from that run. The run
 * itself, which `npm run test:matrix` does too, is test/matrix.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from '../harness/checkout.ts';
import { writePart } from '../harness/page-part.mts';

const DOCUMENTATION = join(CHECKOUT, 'docs', 'reliability.md');

/** In the order of a clip's life; the names are those of test/matrix/lib/cells.ts. */
const PLACES = [
	'submit',
	'submitKeyed',
	'read',
	'download',
	'suspended',
	'waySuspended',
	'trigger',
	'wayTrigger',
] as const;

/** What test/matrix/lib/matrix.ts leaves of one place. */
interface Section {
	title: string;
	table: string;
	totals: string;
}

const NOTES: Partial<Record<(typeof PLACES)[number], string>> = {
	submit:
		'A submission is sent again only if it surely created nothing. Wherever a video may have been ordered, the node says so and stops; a retry says it again, unless **Resubmit If Unclear** is on.',
	submitKeyed:
		'With an [Idempotency Key](billing.md#an-order-that-is-made-once-whatever-happens) APIXO knows an order again. So it is repeated wherever a video may have been ordered, and only a service that never answers leaves a doubt: then any retry with the same key is safe, and brings out the video that was charged. The sandbox answers in the form of a list of items; the tests try eight forms, but nobody has seen the real one.',
	read: 'Looking at a video costs nothing, so the node looks again until **Timeout**. The video goes on, and **Video → Get** fetches it, or a retry, which does not pay again.',
	download:
		'A transfer that was cut is tried three times. What is there and is no video is not tried again. Either way the result comes out with its URLs.',
	suspended:
		'The callback gets the answer 503, and APIXO sends it again after 30 seconds, 2 minutes and 10 minutes. What cannot be checked by then comes out as pending when **Callback Deadline** is over.',
	waySuspended: 'The same, for a callback that does not arrive as it was sent.',
	trigger:
		'No execution starts until the video could be read; once it could, exactly one does. Pending is what the node that ordered the video gave out, so **Video → Get** can fetch it.',
	wayTrigger: 'The same, for a callback that does not arrive as it was sent.',
};

async function run(folder: string): Promise<{ code: number; seconds: number }> {
	const started = Date.now();
	const child = spawn(
		process.execPath,
		[
			join(CHECKOUT, 'node_modules', 'jest', 'bin', 'jest.js'),
			...['--selectProjects', 'matrix'],
			// It looks at the page that is still to be written.
			...['--testPathIgnorePatterns', 'matrix/docs\\.test'],
		],
		{ cwd: CHECKOUT, stdio: 'inherit', env: { ...process.env, APIXO_MATRIX_RESULTS: folder } },
	);
	const code = await new Promise<number>((resolve, reject) => {
		child.once('error', reject).once('close', (status) => resolve(status ?? 1));
	});
	return { code, seconds: Math.round((Date.now() - started) / 1000) };
}

async function sectionOf(folder: string, place: string): Promise<Section> {
	return JSON.parse(await readFile(join(folder, `${place}.json`), 'utf8')) as Section;
}

async function versionOf(name: string): Promise<string> {
	const file = join(CHECKOUT, 'node_modules', name, 'package.json');
	return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

/** `| title | 1 | 2 |` → the numbers. */
const numbersIn = (line: string) =>
	line
		.split('|')
		.slice(2, -1)
		.map((cell) => Number(cell));

function totalsTable(sections: Section[]): string {
	const sums = sections
		.map(({ totals }) => numbersIn(totals))
		.reduce((total, row) => total.map((sum, column) => sum + (row[column] ?? 0)));
	return [
		'| Fault in | cells | charged twice | lost | key shown |',
		'| --- | --- | --- | --- | --- |',
		...sections.map(({ totals }) => totals),
		`| **All** | ${sums.map((sum) => `**${sum}**`).join(' | ')} |`,
	].join('\n');
}

async function documentationOf(sections: Section[], seconds: number): Promise<string> {
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${availableParallelism()} cores, Node.js ${process.versions.node}`;
	return `Every fault below was let loose on the node, in n8n's own engine, over real connections to the sandbox, on a clock that runs 50 times faster. Each was tried with 1 and with 20 items, on two requests and on every request, and with the node stopping on an error, continuing, and retrying (**Retry On Fail**, three tries). Each such run is a cell. It checks what comes out, that no item was charged twice, that nothing that was charged is lost, and that the API key shows nowhere. An execution that failed is then retried without the fault, and has to bring out every video at no further charge.

${totalsTable(sections)}

Nothing lost means: the task ID of each charged video stands in an item, in an error text, or in the notes that a retry goes by ([what is billed, and when](billing.md)). Where the answer to an order never came, there is no ID to show. Then the item says that the video **may or may not have been submitted**, or the notes do; a retry says the same, and orders nothing. In the tables the service did charge in these cases, wherever it could have.

Run on ${date} with n8n-core ${await versionOf('n8n-core')}, on ${machine}, in ${seconds} s: \`npm run matrix\` runs it and writes this part of the page, and \`npm run test:matrix\` fails if it says anything else than what comes out.

${sections
	.map(({ title, table }, index) => {
		const place = PLACES[index];
		return `## ${title}\n\n${(place && NOTES[place]) ?? ''}\n\n${table}\n`;
	})
	.join('\n')}`;
}

const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-apixo-matrix-'));
try {
	const { code, seconds } = await run(folder);
	if (code === 0) {
		const sections = await Promise.all(PLACES.map(async (place) => await sectionOf(folder, place)));
		await writePart(DOCUMENTATION, 'matrix', await documentationOf(sections, seconds));
		console.log(`\nWritten: ${DOCUMENTATION}`);
	}
	process.exitCode = code;
} finally {
	await rm(folder, { recursive: true, force: true });
}
