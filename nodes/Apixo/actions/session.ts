import type { IExecuteFunctions } from 'n8n-workflow';

import { systemClock, type Clock } from '../../shared/clock';
import type { Problem } from '../../shared/errors';
import { createService, type Service } from '../../shared/service';
import { connect } from '../../shared/transport';

/** What every operation works with. */
export interface Session {
	clock: Clock;
	service: Service;
	/** Of the service. */
	baseUrl: string;
	/** For signing callback metadata. */
	apiKey: string;
}

/** Gives a problem where the credential makes no session possible. */
export async function openSession(context: IExecuteFunctions): Promise<Session | Problem> {
	const clock = systemClock(context.getExecutionCancelSignal());
	const connection = await connect(context, clock);
	if (!('http' in connection)) return connection;
	const service = createService(connection.http, () => clock.now());
	const { baseUrl, apiKey } = connection;
	return { clock, service, baseUrl, apiKey };
}
