/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { inspect } from 'util';

import type { IDataObject, IRun } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox';
import { outputsOf } from '../../../harness/engine/engine';
import { APIXO } from '../../../harness/engine/workflow';
import type { Outcome } from './expectations';
import { KEY } from './faults';

/** The words by which each outcome is known. */
const WORDS: Array<[Outcome, RegExp]> = [
	['unclear', /^The video task may or may not have been submitted: .* A retry is safe/],
	['unknown', /^The video task may or may not have been submitted: /],
	['refused', /^APIXO did not accept the video task: .* \(status \d+\)/],
	['unreachable', /^The video task could not be submitted: .* 5 times in a row\. Nothing was/],
	['noTurn', /^The video task was not submitted: APIXO took no further task for /],
	['timedOut', /^Video \S+ was not ready within .* s and goes on running/],
];

/** undefined for a text that is none of our own. */
export function outcomeOfText(text: string): Outcome | undefined {
	return WORDS.find(([, words]) => words.test(text))?.[0];
}

/** What an item says, or undefined where it says nothing that it should. */
export function outcomeOfItem(json: IDataObject): Outcome | undefined {
	if (typeof json.error === 'string') return outcomeOfText(json.error);
	if (json.state === 'pending' && typeof json.taskId === 'string') return 'pending';
	if (json.state !== 'success' || typeof json.videoUrl !== 'string') return undefined;
	return json.downloadError === undefined ? 'video' : 'noClip';
}

export const textOf = (run: IRun): string | undefined => run.data.resultData.error?.message;

export const itemsOf = (run: IRun) => outputsOf(run, APIXO)[0] ?? [];

/** What was paid for, and whether somebody knows of it. */
export interface Account {
	/** Tasks that were charged, by item. */
	charged: number[];
	/** Items that were charged more than once. */
	twice: number;
	/** Charged tasks that nothing tells of: no item, no error text, no ledger. */
	lost: string[];
	/** Whether the API key can be read anywhere in what the execution keeps, or n8n answered. */
	keyShown: boolean;
}

interface LedgerEntry {
	taskId?: string;
}

/** `told` is what came out beside the run: executions of a trigger, answers to callbacks. */
export function settleAccount(
	sandbox: Sandbox,
	prompts: string[],
	run: IRun,
	told: unknown = [],
): Account {
	const tasks = sandbox.tasks().map(({ id, request }) => ({
		id,
		item: prompts.indexOf(request.input.prompt),
	}));
	const charged = prompts.map((_, item) => tasks.filter((task) => task.item === item).length);
	const shown = everything([run.data.resultData, told]);
	const ledger = ledgerOf(run);
	const isKnown = ({ id, item }: (typeof tasks)[number]) => {
		if (shown.includes(id)) return true;
		const entry = ledger[item];
		// An entry without a task is a submission whose outcome is unknown, and a retry says so.
		return entry !== undefined && (entry.taskId === undefined || entry.taskId === id);
	};
	return {
		charged,
		twice: charged.filter((times) => times > 1).length,
		lost: tasks.filter((task) => !isKnown(task)).map(({ id }) => id),
		keyShown: everything([run.data, told]).includes(KEY),
	};
}

function ledgerOf(run: IRun): Record<string, LedgerEntry> {
	const context = run.data.executionData?.contextData[`node:${APIXO}`];
	const ledger = (context?.ledger ?? {}) as Record<string, Record<string, LedgerEntry>>;
	return ledger[0] ?? {};
}

function everything(value: unknown): string {
	return inspect(value, {
		depth: 20,
		showHidden: true,
		maxArrayLength: null,
		maxStringLength: null,
	});
}
