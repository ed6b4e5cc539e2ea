import { KEYS_PAGE } from '../contract';
import { hintOfFailCode } from './fail-codes';
import { fetchLater, type Problem } from './problem';

type Call = 'submit' | 'read' | 'balance';

const WHAT_FAILED: Record<Call, string> = {
	submit: 'APIXO did not accept the video task',
	read: 'APIXO did not tell the state of video',
	balance: 'APIXO did not tell the balance',
};

/** What to do, by status or code (https://apixo.ai/docs/api-reference/errors). */
const STATUS_HINTS: Record<number, string> = {
	400: 'Check the parameters of this item. APIXO also answers 400 when the balance is too low: "Account → Get Balance" shows it.',
	401: `Check the API key in the APIXO credential; keys are made in the APIXO console (${KEYS_PAGE}).`,
	402: 'The balance is too low for this video: top it up in the APIXO console, then run the workflow again.',
	403: 'Either the content policy forbids this prompt or image, so reword it, or the API key lacks the permission: check it in the APIXO console.',
	404: 'Check the Base URL in the APIXO credential.',
	429: 'Wait a minute and run the workflow again, or lower "Max Videos at Once" under Options.',
	500: 'The service failed by itself and created no task. Run the workflow again later.',
	503: 'The service is busy and created no task. Run the workflow again later.',
};

const REDIRECT_HINT =
	'Check the Base URL in the APIXO credential: the address answers with a redirect (often http instead of https).';

const UNKNOWN_TASK_HINT =
	'Check the task ID: a task can only be read with a key of the account that ordered it, and not for ever. If APIXO finds no task at all, check the Base URL in the APIXO credential.';

const GATEWAY_HINT =
	'The answer is not one of APIXO: something on the way to it answered in its place, such as a proxy, a firewall or a login page. Check the Base URL in the APIXO credential, and the network of this n8n.';

/** An answer that says no: see `Verdict`. */
export interface Refusal {
	status: number;
	from?: 'service' | 'json' | 'elsewhere';
	message?: string;
	failCode?: string;
}

/** The service answered, and said no. `taskId` is the task that was asked for. */
export function refused(call: Call, refusal: Refusal, taskId?: string): Problem {
	const { status, message, failCode } = refusal;
	const words = [
		message ?? 'no reason was given',
		failCode !== undefined && failCode !== message && `(${failCode})`,
		`(status ${status})`,
	];
	return {
		message: `${whatFailed(call, taskId)}: ${words.filter(Boolean).join(' ')}`,
		description: taskId === undefined ? hintFor(refusal) : withTask(taskId, refusal),
		httpCode: String(status),
	};
}

/** The balance, which costs nothing, could not be asked for at all. */
export function unreadBalance(
	reason: string,
	hint = 'Check that this n8n can reach the Base URL in the APIXO credential.',
): Problem {
	return { message: `${WHAT_FAILED.balance}: ${reason}`, description: hint };
}

function whatFailed(call: Call, taskId: string | undefined): string {
	return taskId === undefined ? WHAT_FAILED[call] : `${WHAT_FAILED[call]} ${taskId}`;
}

/** Whoever typed the wrong id would only be told to type it again. */
function withTask(taskId: string, refusal: Refusal): string {
	if (refusal.status === 404) return UNKNOWN_TASK_HINT;
	return `${hintFor(refusal)} ${fetchLater(taskId)}`;
}

function hintFor({ status, from, message, failCode }: Refusal): string {
	const byCode = hintOfFailCode(failCode) ?? hintOfFailCode(message);
	if (byCode !== undefined) return byCode;
	if (status >= 300 && status < 400) return REDIRECT_HINT;
	if (from === 'elsewhere' && message !== undefined) return GATEWAY_HINT;
	return STATUS_HINTS[status] ?? 'Run the workflow again later.';
}
