import {
	ASPECT_RATIOS,
	DURATIONS,
	KLING_MODEL,
	type GenerateRequest,
} from '../../nodes/shared/contract.ts';
import type { SubmitAnswer } from '../../nodes/shared/service.ts';
import type { Check } from './check.mts';
import { readBalance } from './balance.mts';
import { Stopped } from './wire.mts';

/** The cheapest order there is. */
export const TEXT_ORDER = {
	request_type: 'async',
	input: {
		mode: 'text-to-video',
		prompt: 'A paper boat drifts across a calm pond at sunrise, soft light',
		duration: DURATIONS[0],
		aspect_ratio: ASPECT_RATIOS[0],
	},
} as const satisfies GenerateRequest;

/** How often an order is repeated that surely created nothing, and how long to wait before, ms. */
const REPETITIONS = 3;
const PAUSE_MS = 60_000;

/** Orders once. Undefined if that might cost more than was agreed to, or nothing is to be ordered any more. */
export async function order(
	check: Check,
	request: GenerateRequest,
): Promise<SubmitAnswer | undefined> {
	if (check.unknownOrder || !(await isWithinMaxCost(check))) return undefined;
	check.secrets.others.push(request.input.prompt ?? '', ...(request.input.image_urls ?? []));
	let answer = await check.service.submit(request, KLING_MODEL);
	for (let repeated = 0; repeated < REPETITIONS; repeated++) {
		if (answer.kind !== 'limited' && answer.kind !== 'unavailable') break;
		const { retryAfterMs = PAUSE_MS } = answer;
		check.tell(`The service asks to wait; trying again in ${Math.ceil(retryAfterMs / 1000)} s …`);
		await check.wire.pause(retryAfterMs);
		answer = await check.service.submit(request, KLING_MODEL);
	}
	if (answer.kind === 'accepted') {
		check.open.add(answer.taskId);
		check.secrets.others.push(answer.taskId);
		check.tell(`Ordered: task ${answer.taskId}`);
	}
	if (answer.kind === 'unknown') {
		check.unknownOrder = true;
		check.cutShort.push(
			'The answer to an order was lost or made no sense, so that a video may have been ordered and charged whose ID nobody knows. It is not ordered again, and nothing else is.',
		);
	}
	if (check.stop.aborted) throw new Stopped();
	return answer;
}

/** What one more like the dearest so far may cost has to be left of what was agreed to. */
async function isWithinMaxCost(check: Check): Promise<boolean> {
	const { lives, firstBalance, options } = check;
	if (lives.length === 0 || firstBalance === undefined) return true;
	const balance = await readBalance(check);
	const spent = balance === undefined ? Infinity : firstBalance - balance;
	const dearest = Math.max(...lives.map(({ cost = 0 }) => cost));
	if (spent + dearest <= options.maxCost) return true;
	check.cutShort.push(
		balance === undefined
			? 'The balance could not be read any more, so nothing more was ordered.'
			: `$${spent.toFixed(2)} are gone, and one more video could go beyond $${options.maxCost} (--max-cost), so nothing more was ordered.`,
	);
	return false;
}
