import type { Session } from './session';
import { isSettled, type EndedTask, type TaskRef } from './task';

/** What a callback comes to: the task as the service tells it, or the answer to whoever called. */
export type Verified = { kind: 'ended'; task: EndedTask } | Refusal;

export interface Refusal {
	kind: 'refusal';
	status: number;
	text: string;
}

export function refusal(status: number, text: string): Refusal {
	return { kind: 'refusal', status, text };
}

/**
 * A callback is a hint, never proof (promise 6): this reads its task with the key, and that counts. Where it
 * cannot be read, or has not ended, or the account has no request to spare, 503 makes the service call again.
 */
export async function verify({ account, service }: Session, task: TaskRef): Promise<Verified> {
	const answer = await account.readNow(async () => await service.read(task));
	if (answer.kind === 'refused' && answer.status === 404) {
		return refusal(404, 'APIXO knows no such task');
	}
	if (answer.kind !== 'task') return refusal(503, 'The task cannot be read now');
	if (!isSettled(answer.task)) return refusal(503, 'The task has not ended yet');
	return { kind: 'ended', task: answer.task };
}
