import type { Clock } from './clock';
import { CODE_OK, KLING_MODEL, PATHS, type GenerateRequest } from './contract';
import { judge } from './envelope';
import { outcomeUnknown, refused, type Problem } from './errors';
import { retryAfterMs, type Http, type HttpAnswer, type NoAnswer } from './http';
import { taskFromWire, type Task } from './task';
import { taskIdFromWire } from './task-id';

/** What a submission came to, by what may be done next. */
export type SubmitAnswer =
	| { kind: 'accepted'; taskId: string }
	/** A limit: surely nothing was created; wait and repeat. */
	| { kind: 'limited'; retryAfterMs?: number }
	/** Surely nothing was created; a few repetitions may help. */
	| { kind: 'unavailable'; reason: string; retryAfterMs?: number }
	/** Surely nothing was created; repeating is pointless. */
	| { kind: 'refused'; problem: Problem }
	/** A task may exist and be charged: never repeat. */
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
	submit(request: GenerateRequest): Promise<SubmitAnswer>;
	read(taskId: string): Promise<ReadAnswer>;
	balance(): Promise<BalanceAnswer>;
}

/** `model` is the one that the tasks are submitted with. */
export function createService(http: Http, clock: Clock, model = KLING_MODEL): Service {
	return {
		submit: async (body) => {
			const answer = await http({ method: 'POST', path: PATHS.submit(model), body });
			return 'failure' in answer ? submitWithoutAnswer(answer) : submitted(answer, clock.now());
		},
		read: async (taskId) => {
			const path = PATHS.read(model);
			const answer = await http({ method: 'GET', path, query: { taskId } });
			if ('failure' in answer) {
				return { kind: 'trouble', reason: inWords(answer), limited: false };
			}
			return looked(taskId, answer, clock.now());
		},
		balance: async () => {
			const answer = await http({ method: 'GET', path: PATHS.balance });
			if ('failure' in answer) {
				return { kind: 'refused', problem: refused('balance', 503, inWords(answer)) };
			}
			const verdict = judge(answer);
			const balance = typeof verdict.data === 'number' ? verdict.data : NaN;
			if (verdict.status === CODE_OK && Number.isFinite(balance))
				return { kind: 'balance', balance };
			const words = verdict.status === CODE_OK ? NO_SENSE : verdict.message;
			return { kind: 'refused', problem: refused('balance', verdict.status, words) };
		},
	};
}

const NO_SENSE = 'the answer was not one of APIXO';

/** What a status or code means for a submission: whether a task may exist, and what may be repeated. [errors] */
function submitted(answer: HttpAnswer, now: number): SubmitAnswer {
	const verdict = judge(answer);
	const { status, fromService, message } = verdict;
	const pause = retryAfterMs(answer.headers, now);
	if (status === 429) return { kind: 'limited', retryAfterMs: pause };
	if (status === 503 && fromService) {
		return { kind: 'unavailable', reason: message ?? 'status 503', retryAfterMs: pause };
	}
	// 408 comes from a gateway that lost patience: the service may have received the request.
	const saysNo = status >= 300 && status < 500 && status !== 408;
	if (saysNo || (status === 500 && fromService)) {
		return { kind: 'refused', problem: refused('submit', status, message) };
	}
	// Whatever else the answer says, a task that it names can be looked at, and the look tells the truth.
	const taskId = taskIdFromWire(verdict.data);
	if (taskId !== undefined) return { kind: 'accepted', taskId };
	const reason =
		status === CODE_OK ? 'the answer named no task ID' : `the answer had status ${status}`;
	return { kind: 'unknown', problem: outcomeUnknown(reason) };
}

function submitWithoutAnswer(failure: NoAnswer): SubmitAnswer {
	const reason = inWords(failure);
	if (!failure.maybeReceived) return { kind: 'unavailable', reason };
	return { kind: 'unknown', problem: outcomeUnknown(reason) };
}

/** What a status or code means for a look, which costs nothing. [errors] */
function looked(taskId: string, answer: HttpAnswer, now: number): ReadAnswer {
	const verdict = judge(answer);
	const { status, message } = verdict;
	if (status === CODE_OK) {
		const task = taskFromWire(taskId, verdict.data);
		if (task !== undefined) return { kind: 'task', task };
		return { kind: 'trouble', reason: NO_SENSE, limited: false };
	}
	if (status >= 300 && status < 500 && status !== 429 && status !== 408) {
		return { kind: 'refused', status, problem: refused('read', status, message, taskId) };
	}
	return {
		kind: 'trouble',
		reason: `${message ?? 'no reason was given'} (status ${status})`,
		limited: status === 429,
		retryAfterMs: retryAfterMs(answer.headers, now),
	};
}

const FAILURES: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the name of the service was not found',
	EAI_AGAIN: 'the name of the service could not be looked up',
	EHOSTUNREACH: 'the service could not be reached',
	ENETUNREACH: 'the network could not be reached',
	ETIMEDOUT: 'no whole answer came in time',
	ECONNABORTED: 'no whole answer came in time',
};

/** In words, and without Node's codes: n8n replaces a text that holds one by its own. */
function inWords({ failure }: NoAnswer): string {
	return FAILURES[failure] ?? 'the connection was lost';
}
