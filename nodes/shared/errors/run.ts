import { RESULT_URL_LIFE } from '../contract';
import type { Problem } from './problem';

/** What became of the items beside the one whose problem ends the node. */
export interface Others {
	taskIds: string[];
	/** How many may have been submitted, without an id that is known. */
	maybePaid: number;
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
		unknown > 0 &&
			`${unknown} more were being submitted when it was stopped: n8n's log names them ("APIXO accepted")`,
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

/** What n8n has kept of an earlier try is not as this version of the package writes it, or an older one. */
export function unreadableMemory(): Problem {
	return {
		message:
			'What an earlier try of this node has noted cannot be read: a newer version of n8n-nodes-apixo wrote it, or it is damaged. Nothing was submitted',
		description:
			'Update n8n-nodes-apixo, then retry. Or look for the task IDs in the log of n8n, fetch the videos with "Video → Get", and start a new execution for the rest.',
	};
}
