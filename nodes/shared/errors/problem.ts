/** A failure as a user reads it: what happened, and how to get unstuck. */
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

/** How to come by a task that is paid for. */
export const fetchLater = (taskId: string) =>
	`Use the operation "Video → Get" with task ID ${taskId} to fetch the video later, at no further cost. With Retry On Fail, or "Retry" of this execution, the node picks the task up by itself.`;
