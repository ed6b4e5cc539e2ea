import { RESULT_URL_LIFE } from './contract';
import type { FailedTask } from './task';

/**
 * A failure as a user reads it: what happened, and how to get unstuck. Every text of the package
 * about the service and its tasks is written here.
 */
export interface Problem {
	/** What happened. Names the task id once there is one: error items keep this text alone. */
	message: string;
	/** How to get unstuck. */
	description: string;
	/** The service's status or code, where it sent one. */
	httpCode?: string;
	/** A task may exist, and be paid for, whose id nobody here knows. */
	mayBePaid?: boolean;
}

/** What became of the items beside the one whose problem ends the node. */
export interface Others {
	taskIds: string[];
	/** How many may have been submitted, without an id that is known. */
	maybePaid: number;
}

type Call = 'submit' | 'read' | 'balance';

const WHAT_FAILED: Record<Call, string> = {
	submit: 'APIXO did not accept the video task',
	read: 'APIXO did not tell the state of the video task',
	balance: 'APIXO did not tell the balance',
};

const KEYS_PAGE = 'https://apixo.ai/docs/concepts/authentication';

/** What to do, by status or code (https://apixo.ai/docs/api-reference/errors). */
const STATUS_HINTS: Record<number, string> = {
	400: 'Check the parameters of this item. APIXO also answers 400 when the balance is too low: "Account → Get Balance" shows it.',
	401: `Check the API key in the APIXO credential; keys are made in the APIXO console (${KEYS_PAGE}).`,
	402: 'The balance is too low for this clip: top it up in the APIXO console, then run the workflow again.',
	403: 'Either the content policy forbids this prompt or image, so reword it, or the API key lacks the permission: check it in the APIXO console.',
	404: 'Check the Base URL in the APIXO credential, and the task ID if you typed one: a task can only be read with a key of the account that submitted it.',
	429: 'Wait a minute and run the workflow again, or lower "Max Concurrent Tasks" under Options.',
	500: 'The service failed by itself and created no task. Run the workflow again later.',
	503: 'The service is busy and created no task. Run the workflow again later.',
};

const REDIRECT_HINT =
	'Check the Base URL in the APIXO credential: the address answers with a redirect (often http instead of https).';

const POLICY_HINT = 'Reword the prompt, or use other images: the content policy stopped this one.';
const LENGTH_HINT = 'Shorten the prompt.';
const IMAGE_HINT =
	'Use a JPG, PNG or WebP image of at most 10 MB behind a URL that anybody can open.';
const LATER_HINT = 'Nothing is wrong with your input: run the workflow again.';

/** What to do, by fail code. The list is open: an unknown code is shown with the service's own words alone. */
export const FAIL_CODE_HINTS: Readonly<Record<string, string>> = {
	CONTENT_VIOLATION: POLICY_HINT,
	NSFW_DETECTED: POLICY_HINT,
	NSFW: POLICY_HINT,
	SensitiveContentDetected: POLICY_HINT,
	InputImageSensitiveContentDetected: POLICY_HINT,
	ProhibitedContentDetected: POLICY_HINT,
	PROMPT_TOO_LONG: LENGTH_HINT,
	PromptLengthExceeded: LENGTH_HINT,
	INVALID_PROMPT: 'Reword the prompt: the model could not use it.',
	INVALID_IMAGE_URL: IMAGE_HINT,
	IMAGE_TOO_LARGE: IMAGE_HINT,
	UNSUPPORTED_FORMAT: IMAGE_HINT,
	IMAGE_DOWNLOAD_FAILED: IMAGE_HINT,
	PROCESSING_TIMEOUT: LATER_HINT,
	MODEL_UNAVAILABLE: 'The model is not available right now: run the workflow again later.',
	GENERATION_FAILED: LATER_HINT,
	INSUFFICIENT_CREDITS: 'Top up the balance in the APIXO console, then run the workflow again.',
};

const FETCH_LATER = (taskId: string) =>
	`Use the operation "Video → Get" with task ID ${taskId} to fetch the clip later, at no further cost. With Retry On Fail, or "Retry" of this execution, the node picks the task up by itself.`;

/** The service answered, and said no. */
export function refused(call: Call, status: number, words?: string, taskId?: string): Problem {
	const hint =
		STATUS_HINTS[status] ??
		(status >= 300 && status < 400 ? REDIRECT_HINT : 'Run the workflow again later.');
	return {
		message: `${WHAT_FAILED[call]}${about(taskId)}: ${words ?? 'no reason was given'} (status ${status})`,
		description: taskId === undefined ? hint : `${hint} ${FETCH_LATER(taskId)}`,
		httpCode: String(status),
	};
}

/** The service never took the submission up, and a few repetitions did not help. */
export function unreachable(reason: string, attempts: number): Problem {
	return {
		message: `The video task could not be submitted: ${reason}, ${attempts} times in a row. Nothing was submitted`,
		description:
			'Check that this n8n can reach the Base URL in the APIXO credential, then run the workflow again.',
	};
}

/** The submission may or may not have created, and charged, a task. */
export function outcomeUnknown(reason: string): Problem {
	return {
		message: `The video task may or may not have been submitted: ${reason}. It was not sent again, because that could bill you twice`,
		mayBePaid: true,
		description:
			'Look into the task list of the APIXO console. If the task is there, fetch it with "Video → Get". If it is not, add the option "Resubmit After Unknown Outcome" or start a new execution, and it will be submitted again.',
	};
}

/** An earlier try of this execution has such a submission on record. */
export function outcomeStillUnknown(): Problem {
	return outcomeUnknown('an earlier try of this execution sent it and got no clear answer');
}

/** The task ended `failed`. The service's own words are always shown. */
export function taskFailed({ taskId, failCode, failMsg }: FailedTask): Problem {
	const words = [failMsg ?? 'no reason was given', failCode && `(${failCode})`];
	const isKnown = failCode !== undefined && Object.hasOwn(FAIL_CODE_HINTS, failCode);
	return {
		message: `APIXO could not make the video of task ${taskId}: ${words.filter(Boolean).join(' ')}`,
		description:
			(isKnown && FAIL_CODE_HINTS[failCode]) || 'The text above is what the service says about it.',
	};
}

/** The time-out passed while the task was running, or could not be read: `trouble` tells why. */
export function timedOut(taskId: string, timeoutMs: number, trouble?: string): Problem {
	const because = trouble === undefined ? '' : `; the last look at it failed: ${trouble}`;
	return {
		message: `Task ${taskId} was not ready within ${timeoutMs / 1000} s and goes on running${because}`,
		description: `${FETCH_LATER(taskId)} Or raise "Timeout" under Options.`,
	};
}

/** No submission got through for a whole time-out: the account's limits are used up elsewhere. */
export function noTurn(timeoutMs: number): Problem {
	return {
		message: `The video task was not submitted: APIXO took no further task for ${timeoutMs / 1000} s (rate limit or too many concurrent tasks)`,
		description:
			'Nothing was billed for this item. Check what else uses this API key, then run the workflow again. When polling, you can also raise "Timeout" under Options.',
		httpCode: '429',
	};
}

/** Ended with success, but no read named a clip. */
export function noResult(taskId: string): Problem {
	return {
		message: `Task ${taskId} ended with success, but APIXO named no video for it`,
		description: FETCH_LATER(taskId),
	};
}

/** One item's problem ends the node: what became of the other items' tasks. */
export function withOthers(problem: Problem, { taskIds, maybePaid }: Others): Problem {
	const message = [
		problem.message,
		taskIds.length > 0 && `Other tasks of this run: ${taskIds.join(', ')}`,
		maybePaid > 0 && `${maybePaid} more may or may not have been submitted`,
	];
	const description = [
		problem.description,
		taskIds.length > 0 &&
			'The tasks of the other items are paid for: fetch them with "Video → Get", or retry this execution, which picks them up without paying again.',
	];
	return {
		...problem,
		message: message.filter(Boolean).join('. '),
		description: description.filter(Boolean).join(' '),
	};
}

/** n8n shows an execution as canceled only if this word is in the text. */
export function canceled(running: string[], finished: string[], unknown: number): Problem {
	const parts = [
		running.length > 0 && `Tasks that run on at APIXO: ${running.join(', ')}`,
		finished.length > 0 && `Tasks of this run that were submitted or ready: ${finished.join(', ')}`,
		unknown > 0 && `${unknown} more may have been submitted just when it was stopped`,
	].filter(Boolean);
	return {
		message: ['The execution was canceled', ...parts].join('. '),
		description:
			parts.length === 0
				? 'No task was left running.'
				: `Fetch them with "Video → Get"; their videos stay available for ${RESULT_URL_LIFE}.`,
	};
}

/** A fault of this package, after tasks may have been submitted. */
export function crashed(error: unknown, taskIds: string[]): Problem {
	const reason = error instanceof Error ? error.message : String(error);
	return {
		message: `The node failed unexpectedly: ${reason}. Tasks of this run: ${taskIds.join(', ') || 'none'}`,
		description:
			'Retry this execution: tasks that were submitted are picked up without paying again. Please report the text above to the makers of this node.',
	};
}

/** The request could not be put together; nothing was sent. */
export function unprepared(error: unknown): Problem {
	const reason = error instanceof Error ? error.message : String(error);
	return {
		message: `The video task was not submitted, because its request could not be prepared: ${reason}`,
		description: 'Nothing was billed for this item.',
	};
}

/** An agent waits for its tool's answer, so the tool cannot sleep. */
export function cannotSleepAsTool(): Problem {
	return {
		message: "'Callback To' cannot be \"This Execution\" when the node is an AI agent's tool",
		description: 'Set \'Request Type\' to "Async (Polling)". Nothing was submitted.',
	};
}

/** `origin` is where this n8n believes to live. */
export function cannotSleepHere(origin: string): Problem {
	return {
		message: `'Callback To' cannot be "This Execution": this n8n only knows itself as ${origin}, where APIXO cannot call it`,
		description:
			'Set WEBHOOK_URL to the address of this n8n on the internet, or set \'Request Type\' to "Async (Polling)". Nothing was submitted.',
	};
}

/** The credential holds no usable address. What it holds instead is not shown: it may be the key. */
export function badBaseUrl(): Problem {
	return {
		message: "'Base URL' in the APIXO credential must be an absolute http or https URL",
		description: 'Correct it in the credential; the default is right for nearly everybody.',
	};
}

function about(taskId: string | undefined): string {
	return taskId === undefined ? '' : ` ${taskId}`;
}
