import type { DownloadResult } from './download.mts';
import type { ExecutionsResult } from './executions.mts';
import type { Row } from './measure.mts';
import type { WayName } from './ways.mts';

/** The limits that the vendor names for its smallest plan, and a batch that is large for it. */
export const SMALL_PLAN = { requestsPerMinute: 10, concurrentTasks: 3, items: 20 };

export type WayRow = Row & { way: WayName };

/** What one run of the benchmark came to. Plain JSON. */
export interface Results {
	/** The day of the run, e.g. "2026-11-22". */
	date: string;
	machine: string;
	versions: string;
	/** Not all of it was measured in one go. */
	inParts: boolean;
	rows: WayRow[];
	smallPlan?: Row;
	/** With the day and the machine: they are often measured alone. */
	executions?: ExecutionsResult & Pick<Results, 'date' | 'machine'>;
	downloads?: DownloadResult;
}

/** What is left of a run to be told: a ratio, or why there is none. */
export function timeOf(row: Row): string {
	if (row.failed !== undefined) return `failed after ${row.seconds.toFixed(0)} s`;
	return `${row.seconds.toFixed(1)} s`;
}

export const ratioOf = ({ seconds, forcedSeconds }: Row) => seconds / forcedSeconds;

/** Milliseconds of CPU for each request to the service. */
export const cpuPerRequest = ({ cpu, requests }: Row) => (cpu * 1000) / requests;

/** Bytes of heap for each item that waits. */
export const heapPerItem = ({ heapWaiting, items }: Row) => heapWaiting / items;
