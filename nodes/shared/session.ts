import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { systemClock, type Clock } from './clock';
import type { Problem } from './errors';
import type { Account } from './limits/account';
import { accountFor } from './limits/accounts';
import { createService, type Service } from './service';
import { connect } from './transport';

/** The way to the service, for everything that an operation or a callback does. */
export interface Session {
	kind: 'session';
	clock: Clock;
	service: Service;
	/** How much of it may be used, shared by all that this process does with the account. */
	account: Account;
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
	const service = createService(http, clock);
	const account = accountFor(baseUrl, apiKey);
	return { kind: 'session', clock, service, account, baseUrl, apiKey };
}
