import type { Problem } from './problem';

/** The service never took the submission up, and a few repetitions did not help. */
export function unreachable(reason: string, attempts: number): Problem {
	return notSent(
		`${reason}, ${attempts} times in a row`,
		'Check that this n8n can reach the Base URL in the APIXO credential',
	);
}

/** Nothing could be sent, and another try would come to the same. `hint` tells how to get unstuck. */
export function notSendable(reason: string, hint: string): Problem {
	return notSent(reason, `${hint} Check the Base URL in the APIXO credential as well`);
}

function notSent(reason: string, toDo: string): Problem {
	return {
		message: `The video task could not be submitted: ${reason}. Nothing was submitted`,
		description: `${toDo}, then run the workflow again.`,
	};
}

/** The submission may or may not have created, and charged, a task. */
export function outcomeUnknown(reason: string): Problem {
	return {
		message: `The video task may or may not have been submitted: ${reason}. It was not sent again, because that could bill you twice`,
		mayBePaid: true,
		description:
			'Compare the balance with what you expect, or ask APIXO\'s support. To submit it again, at the risk of paying twice, add the option "Resubmit If Unclear" or start a new execution.',
	};
}

/** An earlier try of this execution has such a submission on record. */
export function outcomeStillUnknown(): Problem {
	return outcomeUnknown('an earlier try of this execution sent it and got no clear answer');
}

/** A mark in n8n's database tells of it, and nothing that this execution knows. */
export function orderedBefore(): Problem {
	return {
		message:
			'The video task may or may not have been submitted: it was about to be when n8n ended, or another Retry has done it. It was not sent again, because that could bill you twice',
		mayBePaid: true,
		description:
			'Search n8n\'s log for "APIXO accepted": it names the tasks of each execution, and "Video → Get" fetches them. If this one is not there, compare the balance with what you expect. To submit it again, at the risk of paying twice, add the option "Resubmit If Unclear" or start a new execution.',
	};
}

/** No submission got through for a whole time-out: the account's limits are used up elsewhere. */
export function noTurn(timeoutMs: number): Problem {
	return {
		message: `The video task was not submitted: APIXO took no further task for ${timeoutMs / 1000} s (rate limit or too many concurrent tasks)`,
		description:
			'Nothing was billed for this item. Check what else uses this API key, then run the workflow again. When polling, you can also raise "Timeout (Seconds)" under Options.',
		httpCode: '429',
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

/** An agent waits for its tool's answer, so the tool cannot be suspended. */
export function cannotSuspendAsTool(): Problem {
	return {
		message: "'Callback To' cannot be \"This Execution\" when the node is an AI agent's tool",
		description: 'Set \'Request Type\' to "Async (Polling)". Nothing was submitted.',
	};
}

/** `origin` is where this n8n believes to live. */
export function cannotSuspendHere(origin: string): Problem {
	return {
		message: `'Callback To' cannot be "This Execution": this n8n only knows itself as ${origin}, where APIXO cannot call it`,
		description:
			'Set WEBHOOK_URL to the address of this n8n on the internet, or set \'Request Type\' to "Async (Polling)". Nothing was submitted.',
	};
}
