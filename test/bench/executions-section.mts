import type { LimiterKind } from '../../sandbox/limiter.ts';
import { FLOOD } from './flood.mts';
import { CLIP_MS, type LoadResult } from './load.mts';
import type { Results } from './results.mts';

const COUNTED: Record<LimiterKind, string> = {
	sliding: 'any minute',
	fixed: 'minute by minute',
	bucket: 'token bucket',
};

/** Executions side by side, as a section in Markdown. */
export function executionsSection(result: NonNullable<Results['executions']>): string {
	const { date, machine, loads, flood } = result;
	const rows = loads.map((load) => [
		`${load.executions} × ${load.clips}`,
		`${load.concurrentTasks.toLocaleString('en-US')}, ${load.requestsPerMinute.toLocaleString('en-US')}`,
		`${COUNTED[load.limiter]}${load.countsRefused && load.limiter !== 'fixed' ? ', refused ones too' : ''}`,
		load.workers === 0 ? 'one process' : `queue mode, ${load.workers} workers`,
		`${load.seconds.toFixed(0)} s (${(load.seconds / load.forcedSeconds).toFixed(2)})`,
		`${load.tooMany} of ${load.requests.toLocaleString('en-US')} (${share(load)})`,
		load.delivered.toLocaleString('en-US'),
		String(load.twice),
	]);
	const head = [
		'Executions × videos',
		'At once, a minute',
		'Requests are counted',
		'n8n',
		'Time',
		'429s',
		'Delivered',
		'Paid twice',
	];
	const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
	return `## Many executions

Executions that a form, a webhook or a schedule starts at the same moment share one pace. In brackets: as a multiple of the time that the limits force, which is that of so many videos at once, or of two requests for each video. Each video takes ${CLIP_MS / 1000} s here. The node is told no limit.

${table.join('\n')}

${missing(loads)}${FLOOD.callbacks.toLocaleString('en-US')} forged callbacks to APIXO Trigger, ${FLOOD.atOnce} at a time, kept n8n busy for ${flood.seconds.toFixed(1)} s. They cost ${flood.reads} requests to APIXO and started ${flood.executions} executions; a real one in the middle started its execution after ${flood.realSeconds.toFixed(1)} s. That is n8n's own queue: it was ${flood.n8nSeconds.toFixed(1)} s where the node refused the others without a request, and ${flood.quietSeconds.toFixed(1)} s when nothing else came.

Measured by \`npm run bench -- --parts executions\` on ${date}, on ${machine}.
`;
}

const share = ({ tooMany, requests }: LoadResult) => `${((100 * tooMany) / requests).toFixed(1)} %`;

/** What kept videos from being delivered, in the node's own words. */
function missing(loads: LoadResult[]): string {
	const errors = loads.flatMap((load) => load.errors.map((error) => `"${error}"`));
	return errors.length === 0 ? '' : `Not delivered: ${errors.join('; ')}.\n\n`;
}
