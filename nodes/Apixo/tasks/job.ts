import type { IBinaryKeyData } from 'n8n-workflow';

import type { Duration, GenerateRequest } from '../../shared/contract';
import type { Problem } from '../../shared/errors';
import type { SucceededTask, Task, TaskRef } from '../../shared/task';
import type { Identity } from './ledger';

/** How long and how often to look at a task, ms. */
export interface PollOptions {
	/** From its submission to the first look. Without this and the next: what suits the clip; see `pollScheduleOf`. */
	initialDelayMs?: number;
	pollIntervalMs?: number;
	/** From its submission, or from picking it up, to giving up. */
	timeoutMs: number;
}

/** A task that is still to be submitted. */
export interface Submission extends Identity {
	/** Of its clip, s. */
	duration: Duration;
	/** Made when it is sent, because a signed image URL in it does not live long. */
	request(): GenerateRequest;
	/** Send it again even if an earlier try may have created a task. */
	resubmitAfterUnknownOutcome: boolean;
}

/** One item's work for the batch. */
export interface Job extends PollOptions {
	itemIndex: number;
	/** A new task, or one that exists. */
	task: Submission | TaskRef;
	/** How far to go: until it is submitted, until one look at it succeeded, or until it ended. */
	until: 'submitted' | 'read' | 'ended';
	/** Its task is on record, and is known to have ended: it is not waited for until it usually has. */
	hasEnded?: boolean;
	/** Fetches the clips of a task that ended well. Never fails: a trouble is part of what it gives. */
	download?(task: SucceededTask): Promise<Downloaded>;
}

export interface Downloaded {
	binary: IBinaryKeyData;
	/** Why clips are missing in `binary`. */
	downloadError?: string;
}

/** What became of one job. */
export type Outcome =
	| { kind: 'submitted'; taskId: string }
	| { kind: 'task'; task: Task; downloaded?: Downloaded }
	/** With a task id if the task may still end well. */
	| { kind: 'problem'; problem: Problem; taskId?: string }
	/** Not finished, because another item's problem ended the batch. */
	| { kind: 'left'; taskId?: string };
