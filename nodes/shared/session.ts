import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { systemClock, type Clock } from './clock';
import type { Problem } from './errors';
import { createService, type Service } from './service';
import { connect } from './transport';

/** The way to the service, for everything that an operation or a callback does. */
export interface Session {
	kind: 'session';
	clock: Clock;
	service: Service;
	/** Of the service. */
	baseUrl: string;
	/** For signing callbacks. */
	apiKey: string;
}

/** Why there is no session. */
export interface NoSession {
	kind: 'problem';
	problem: Problem;
}

export interface SessionOptions {
	/** Ends what waits when the execution is stopped. */
	stopSignal?: AbortSignal;
	/** How long one call may take in all, ms. */
	callDeadlineMs?: number;
}

/** Gives a problem where the credential makes no session possible. */
export async function openSession(
	context: IExecuteFunctions | IWebhookFunctions,
	{ stopSignal, callDeadlineMs }: SessionOptions = {},
): Promise<Session | NoSession> {
	const clock = systemClock(stopSignal);
	const connection = await connect(context, clock, callDeadlineMs);
	if (connection.kind === 'problem') return connection;
	const { http, baseUrl, apiKey } = connection;
	return { kind: 'session', clock, service: createService(http, clock), baseUrl, apiKey };
}
