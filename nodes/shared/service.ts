import type { Clock } from './clock';
import { batchOrder, readBatch, readOrder } from './batch-order';
import { CODE_OK, PATHS, UNKNOWN_TASK_CODE, type GenerateRequest, type Model } from './contract';
import { verdictOf, type Verdict } from './envelope';
import {
	notSendable,
	outcomeUnknown,
	outcomeUnknownWithKey,
	refused,
	unreadBalance,
	type Problem,
} from './errors';
import { retryAfterMs, type CountedRead, type Http, type HttpAnswer, type NoAnswer } from './http';
import { NETWORK_FAILURES } from './network';
import { taskFromWire, type Task, type TaskRef } from './task';
import { taskIdFromWire } from './task-id';
import { excerptOf } from './words';

/** What a submission came to, by what may be done next. */
export type SubmitAnswer =
	| { kind: 'accepted'; taskId: string }
	/** A limit: surely nothing was created; wait and repeat. */
	| { kind: 'limited'; retryAfterMs?: number }
	/** Surely nothing was created; a few repetitions may help. */
	| { kind: 'unavailable'; reason: string; retryAfterMs?: number }
	/** Surely nothing was created; repeating is pointless. */
	| { kind: 'refused'; problem: Problem }
	/** A task may exist and be charged: never repeat without a key. */
	| { kind: 'unknown'; problem: Problem };

/** What a look at a task came to. A read costs nothing, so whatever is not final may be repeated. */
export type ReadAnswer =
	| { kind: 'task'; task: Task }
	| { kind: 'trouble'; reason: string; limited: boolean; retryAfterMs?: number }
	| { kind: 'refused'; status: number; problem: Problem };

export type BalanceAnswer =
	| { kind: 'balance'; balance: number }
	| { kind: 'refused'; problem: Problem };

/** The service's three calls. None of them throws, whatever comes back. */
export interface Service {
	/**
	 * With an idempotency key the same order may be repeated: the same key never orders twice. Then the answer may
	 * have to be read, too, which `count` lets the account know.
	 */
	submit(
		request: GenerateRequest,
		model: Model,
		idempotencyKey?: string,
		count?: CountedRead,
	): Promise<SubmitAnswer>;
	read(task: TaskRef): Promise<ReadAnswer>;
	balance(): Promise<BalanceAnswer>;
}

export function createService(http: Http, clock: Clock): Service {
	const submitWithKey = async (
		request: GenerateRequest,
		model: Model,
		key: string,
		count: CountedRead,
	): Promise<SubmitAnswer> => {
		const answer = await http(batchOrder(model, request, key));
		if ('failure' in answer) return submitWithoutAnswer(answer, outcomeUnknownWithKey);
		const read = async (batchId: string) =>
			await count(async () => await readBatch(http, clock.date(), model, batchId, key));
		const told = await readOrder(answer, key, read);
		return told ?? submitted(answer, clock.date(), outcomeUnknownWithKey);
	};
	return {
		submit: async (body, model, key, count = async (send) => await send()) => {
			if (key !== undefined) return await submitWithKey(body, model, key, count);
			const answer = await http({ method: 'POST', path: PATHS.submit(model), body });
			return 'failure' in answer ? submitWithoutAnswer(answer) : submitted(answer, clock.date());
		},
		read: async ({ taskId, model }) => {
			const path = PATHS.read(model);
			const answer = await http({ method: 'GET', path, query: { taskId } });
			if ('failure' in answer) {
				const { words } = NETWORK_FAILURES[answer.failure];
				return { kind: 'trouble', reason: words, limited: false };
			}
			return looked(taskId, answer, clock.date());
		},
		balance: async () => {
			const answer = await http({ method: 'GET', path: PATHS.balance });
			if ('failure' in answer) {
				const { words, hint } = NETWORK_FAILURES[answer.failure];
				return { kind: 'refused', problem: unreadBalance(words, hint) };
			}
			const verdict = verdictOf(answer);
			const { status, data } = verdict;
			if (status !== CODE_OK) return { kind: 'refused', problem: refused('balance', verdict) };
			if (typeof data === 'number' && Number.isFinite(data))
				return { kind: 'balance', balance: data };
			return { kind: 'refused', problem: unreadBalance(noSense(answer)) };
		},
	};
}

/** What a status or code means for a submission: whether a task may exist, and what may be repeated. [errors] */
function submitted(answer: HttpAnswer, now: number, unknown = outcomeUnknown): SubmitAnswer {
	const verdict = verdictOf(answer);
	// Whatever else the answer says, a task that it names can be looked at, and the look tells the truth.
	const taskId = taskIdFromWire(verdict.data);
	if (taskId !== undefined) return { kind: 'accepted', taskId };
	const { status, message } = verdict;
	const fromService = verdict.from === 'service';
	const pause = retryAfterMs(answer.headers, now);
	if (status === 429) return { kind: 'limited', retryAfterMs: pause };
	if (status === 503 && fromService) {
		return { kind: 'unavailable', reason: message ?? 'status 503', retryAfterMs: pause };
	}
	// 408 comes from a gateway that lost patience: the service may have received the request.
	const saysNo = status >= 300 && status < 500 && status !== 408;
	if (saysNo || (status === 500 && fromService)) {
		return { kind: 'refused', problem: refused('submit', verdict) };
	}
	const reason =
		status === CODE_OK
			? `the answer named no task ID, but held ${excerptOf(answer.body)}`
			: `the answer was ${inWords(verdict)}`;
	return { kind: 'unknown', problem: unknown(reason) };
}

function submitWithoutAnswer(
	{ failure, maybeReceived }: NoAnswer,
	unknown = outcomeUnknown,
): SubmitAnswer {
	const { words, hint } = NETWORK_FAILURES[failure];
	if (maybeReceived) return { kind: 'unknown', problem: unknown(words) };
	if (hint === undefined) return { kind: 'unavailable', reason: words };
	return { kind: 'refused', problem: notSendable(words, hint) };
}

/** What an answer means for a look, which costs nothing: waiting ends only where the service itself ends it. */
function looked(taskId: string, answer: HttpAnswer, now: number): ReadAnswer {
	const verdict = verdictOf(answer);
	const { status, from } = verdict;
	const task = taskIn(taskId, verdict);
	if (task !== undefined) return { kind: 'task', task };
	if (from === 'service' && status !== CODE_OK) {
		const ending = isUnknownTask(verdict) ? 404 : status;
		if ([401, 403, 404].includes(ending)) {
			const problem = refused('read', { ...verdict, status: ending }, taskId);
			return { kind: 'refused', status: ending, problem };
		}
	}
	return {
		kind: 'trouble',
		reason: status === CODE_OK ? noSense(answer) : inWords(verdict),
		limited: status === 429,
		retryAfterMs: retryAfterMs(answer.headers, now),
	};
}

/** A final state is believed whatever the code beside it says; beside a code that is not 200 only that. [sister] */
function taskIn(taskId: string, verdict: Verdict): Task | undefined {
	const { status, from, data, message } = verdict;
	const task = taskFromWire(taskId, data);
	if (task === undefined || status === CODE_OK) return task;
	// What is not even an envelope has to say which task it speaks of.
	const isAbout = from === 'service' || taskIdFromWire(data) === taskId;
	if (!task.ended || !isAbout) return undefined;
	return task.state === 'failed' ? { ...task, failMsg: task.failMsg ?? message } : task;
}

function isUnknownTask({ failCode, message }: Verdict): boolean {
	return failCode === UNKNOWN_TASK_CODE || message?.includes(UNKNOWN_TASK_CODE) === true;
}

const inWords = ({ status, message }: Verdict) =>
	`${message ?? 'no reason was given'} (status ${status})`;

const noSense = ({ body }: HttpAnswer) => `the answer was not one of APIXO: ${excerptOf(body)}`;
