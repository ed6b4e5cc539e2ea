import type { Problem } from './problem';

const SAFE_RETRY = 'A retry is safe: with the same "Idempotency Key" it cannot be billed twice';

/** Like `outcomeUnknown`, of an order with an idempotency key: it was repeated already, and may be again. */
export function outcomeUnknownWithKey(reason: string): Problem {
	return {
		message: `The video task may or may not have been submitted: ${reason}. ${SAFE_RETRY}`,
		mayBePaid: true,
		description:
			'Run the workflow again, or retry this execution, and keep the "Idempotency Key". If the order is there already, APIXO answers with its task.',
	};
}

/** An earlier try of this execution, or of the one that it is the Retry of, has such an order on record. */
export function outcomeStillUnknownWithKey(): Problem {
	return outcomeUnknownWithKey('an earlier try sent it and got no clear answer');
}

/** The account does not know the endpoint that takes keys. */
export function noBatches(status: number): Problem {
	return {
		message: `APIXO did not accept the video task: this account takes no orders with an "Idempotency Key" (status ${status})`,
		description:
			'Nothing was submitted. Take the option "Idempotency Key" out, and the order goes out in the ordinary way. Or check the Base URL in the APIXO credential.',
		httpCode: String(status),
	};
}

/** The key belongs to an order of something else. */
export function keyInUse(words: string): Problem {
	return {
		message: `APIXO did not accept the video task with this "Idempotency Key": ${words} (status 422)`,
		description:
			'An order with this key was probably made before, with another prompt, image or setting. Give each order a key of its own. An image from a binary field counts as another one in each execution, because the link to it is a new one. Nothing new was billed.',
		httpCode: '422',
	};
}

/** An order with the key is probably being taken up at this moment. */
export function keyBusy(words: string): Problem {
	return {
		message: `The video task may or may not have been submitted: ${words} (status 409). ${SAFE_RETRY}`,
		mayBePaid: true,
		description:
			'Another order with this "Idempotency Key" seems to be under way. Run the workflow again in a minute, with the same key. If it says so again, give this order a key of its own.',
		httpCode: '409',
	};
}

/** The service took the batch, but not the item in it. */
export function itemRefused(words: string, code?: number): Problem {
	return {
		message: `APIXO did not accept the video task: ${words}${code === undefined ? '' : ` (code ${code})`}`,
		description: 'The text above is what APIXO says about it.',
	};
}

/** A refusal after a try of the same order that got no clear answer. */
export function refusedAfterUnclear(problem: Problem): Problem {
	return {
		...problem,
		mayBePaid: true,
		description: `An earlier try of this order got no clear answer, so it may be there all the same: a retry with the same "Idempotency Key" is safe and tells. ${problem.description}`,
	};
}

/** A failed task whose order had a key: a retry alone would come to the same task. */
export function withSpentKey(problem: Problem): Problem {
	return {
		...problem,
		description: `${problem.description} The "Idempotency Key" belongs to this task: to order the video anew, give it another key.`,
	};
}
