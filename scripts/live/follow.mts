import { CODE_OK, FINAL_STATES, KLING_MODEL } from '../../nodes/shared/contract.ts';
import { isRecord } from '../../nodes/shared/is-record.ts';
import { holdAnswer } from './answers.mts';
import type { Check, Life } from './check.mts';
import { TASK_FIELDS } from './fields.mts';
import { readBalance } from './balance.mts';

const PART = 'Reading a task';

/** Between two looks, so that a change of state is seen soon; the wire keeps below every limit. ms. */
const LOOK_EVERY_MS = 3_000;

/** The usual time is under a minute. ms. */
const GIVE_UP_AFTER_MS = 600_000;

interface Followed {
	title: string;
	/** Unix ms; unknown for a task of an earlier run. */
	orderedAt?: number;
}

/** Looks at a task until it has ended, and holds every look against the contract: `data` of the last. */
export async function follow(
	check: Check,
	taskId: string,
	{ title, orderedAt }: Followed,
): Promise<{ life: Life; data: Record<string, unknown> } | undefined> {
	const { points, wire, secrets, options } = check;
	const life: Life = { title, states: [] };
	check.lives.push(life);
	const began = orderedAt ?? Date.now();
	const age = () => (wire.last.at - began) * options.timeScale;
	for (;;) {
		const taken = await check.service.read({ taskId, model: KLING_MODEL });
		const about = { taskId, age: orderedAt === undefined ? undefined : age() };
		const data = holdAnswer(
			points,
			wire.last,
			{ part: PART, status: CODE_OK, fields: TASK_FIELDS, about },
			secrets,
		);
		if (isRecord(data)) {
			const state = String(data.state);
			const over = hasEnded(data);
			check.keep(over ? 'ended' : 'running', wire.last);
			if (life.states.at(-1)?.state !== state) {
				life.states.push({ state, afterMs: Math.round(age()) });
				check.tell(`after ${seconds(age())} s: ${state}`);
			}
			const sawEnd = taken.kind === 'task' && taken.task.ended === over;
			points.read(over ? 'A task that has ended' : 'A task that runs', sawEnd, taken.kind);
			if (over) {
				check.open.delete(taskId);
				life.endedAfterMs = Math.round(age());
				return { life, data };
			}
		} else {
			points.read('A look at a task', false, taken.kind);
		}
		if ((Date.now() - began) * options.timeScale > GIVE_UP_AFTER_MS) {
			check.cutShort.push(
				`No end of the task was seen within ${GIVE_UP_AFTER_MS / 60_000} minutes.`,
			);
			return undefined;
		}
		await wire.pause(LOOK_EVERY_MS);
	}
}

/** However it is spelled: a service that differs from the contract must not be waited for in vain. */
function hasEnded({ state, resultJson, failCode, completeTime }: Record<string, unknown>): boolean {
	const word = String(state).toLowerCase();
	const isFinal =
		FINAL_STATES.some((final) => word === final) || /^fail|^succe|^complete/.test(word);
	return isFinal || Boolean(resultJson) || Boolean(failCode) || Boolean(completeTime);
}

/** Tells what the video cost, by the balance before and after. */
export async function settleCost(check: Check, life: Life): Promise<void> {
	const before = check.balance;
	const after = await readBalance(check);
	if (before === undefined || after === undefined) return;
	life.cost = Math.max(0, before - after);
	check.tell(`cost $${life.cost.toFixed(3)}`);
}

export const seconds = (ms: number) => (ms / 1000).toFixed(1);
