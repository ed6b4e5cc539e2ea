import { randomUUID } from 'node:crypto';
import { KLING_MODEL } from '../../nodes/shared/contract.ts';
import type { SubmitAnswer } from '../../nodes/shared/service.ts';
import type { Check } from './check.mts';
import { readBalance } from './balance.mts';
import { follow, settleCost } from './follow.mts';
import { TEXT_ORDER } from './order.mts';
import { withPlaceholders } from './redact.mts';
import { Stopped } from './wire.mts';

const PART = 'An order with an idempotency key';
const ONE_TASK = 'One task came of two orders with the same key: the option works as it is meant.';
const TWO_TASKS =
	'Two tasks came of two orders with the same key: do not rely on the option, and please send us the report.';
const NOT_TOLD =
	'Whether one task came of both cannot be told: do not rely on the option yet, and please send us the report.';
const SAME_TASK = 'the task of the first order';

/** Orders one video with one key twice: one task has to come of it, and one charge. */
export async function tryIdempotency(check: Check): Promise<void> {
	const { points, secrets } = check;
	const key = randomUUID();
	secrets.others.push(key, TEXT_ORDER.input.prompt);

	check.tell('An order with an idempotency key …');
	const first = await orderWith(check, key);
	hold(check, 'the first time', 'a task', first, first.kind === 'accepted');
	if (first.kind === 'refused') {
		check.cutShort.push(`${first.problem.message}. It was not ordered a second time.`);
		return;
	}
	check.tell('The same again …');
	const second = await orderWith(check, key);
	const isSame =
		first.kind === 'accepted' && second.kind === 'accepted' && first.taskId === second.taskId;
	hold(check, 'the second time', SAME_TASK, second, isSame);
	points.read(PART, second.kind === 'accepted', second.kind);
	if (second.kind === 'unknown') check.cutShort.push(second.problem.message);

	const before = check.firstBalance;
	for (const taskId of tasksOf(first, second)) {
		const orderedAt = check.wire.last.at;
		const followed = await follow(check, taskId, { title: 'With a key, twice', orderedAt });
		if (followed) await settleCost(check, followed.life);
	}
	const after = await readBalance(check);
	if (before !== undefined && after !== undefined) {
		check.tell(`Together they cost $${(before - after).toFixed(3)}.`);
	}
	check.tell(isSame ? ONE_TASK : tasksOf(first, second).size > 1 ? TWO_TASKS : NOT_TOLD);
}

async function orderWith(check: Check, key: string): Promise<SubmitAnswer> {
	const answer = await check.service.submit(TEXT_ORDER, KLING_MODEL, key);
	if (answer.kind === 'accepted') {
		check.open.add(answer.taskId);
		check.secrets.others.push(answer.taskId);
		check.tell(`Ordered: task ${answer.taskId}`);
	}
	keepForms(check);
	if (check.stop.aborted) throw new Stopped();
	return answer;
}

/** Nobody has published what these answers look like: the report tells it. */
function keepForms({ wire, points, secrets }: Check): void {
	for (const { request, answer } of wire.exchanges) {
		if (!request.path.includes('/batches') || 'failure' in answer) continue;
		const what = request.method === 'POST' ? 'form of the answer' : 'form of the batch';
		points.isNew(PART, what, JSON.stringify(withPlaceholders(answer.body, secrets)));
	}
}

/** Whatever came of it, in words that may stand in a report. */
function hold(check: Check, what: string, expected: string, came: SubmitAnswer, holds: boolean) {
	const words = 'problem' in came ? came.problem.message : came.kind;
	const seen = came.kind === 'accepted' ? (holds ? expected : 'another task') : words;
	check.points.hold(PART, what, expected, seen, holds);
}

function tasksOf(...answers: SubmitAnswer[]): Set<string> {
	return new Set(answers.flatMap((one) => (one.kind === 'accepted' ? [one.taskId] : [])));
}
