import { KEYS_PAGE } from '../contract';
import { fetchLater, type Problem } from './problem';

type Call = 'submit' | 'read' | 'balance';

const WHAT_FAILED: Record<Call, string> = {
	submit: 'APIXO did not accept the video task',
	read: 'APIXO did not tell the state of the video task',
	balance: 'APIXO did not tell the balance',
};

/** What to do, by status or code (https://apixo.ai/docs/api-reference/errors). */
const STATUS_HINTS: Record<number, string> = {
	400: 'Check the parameters of this item. APIXO also answers 400 when the balance is too low: "Account → Get Balance" shows it.',
	401: `Check the API key in the APIXO credential; keys are made in the APIXO console (${KEYS_PAGE}).`,
	402: 'The balance is too low for this clip: top it up in the APIXO console, then run the workflow again.',
	403: 'Either the content policy forbids this prompt or image, so reword it, or the API key lacks the permission: check it in the APIXO console.',
	404: 'Check the Base URL in the APIXO credential, and the task ID if you typed one: a task can only be read with a key of the account that submitted it.',
	429: 'Wait a minute and run the workflow again, or lower "Max Videos at Once" under Options.',
	500: 'The service failed by itself and created no task. Run the workflow again later.',
	503: 'The service is busy and created no task. Run the workflow again later.',
};

const REDIRECT_HINT =
	'Check the Base URL in the APIXO credential: the address answers with a redirect (often http instead of https).';

/** The service answered, and said no. */
export function refused(call: Call, status: number, words?: string, taskId?: string): Problem {
	const hint =
		STATUS_HINTS[status] ??
		(status >= 300 && status < 400 ? REDIRECT_HINT : 'Run the workflow again later.');
	return {
		message: `${WHAT_FAILED[call]}${about(taskId)}: ${words ?? 'no reason was given'} (status ${status})`,
		description: taskId === undefined ? hint : `${hint} ${fetchLater(taskId)}`,
		httpCode: String(status),
	};
}

function about(taskId: string | undefined): string {
	return taskId === undefined ? '' : ` ${taskId}`;
}
