import type { ClientRequest, IncomingMessage } from 'node:http';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PATHS } from '../../nodes/shared/contract.ts';
import type { SandboxEvent } from '../../sandbox/journal.ts';
import { clock, cyan, dim, green, red } from './look.mts';
import type { Service } from './service.mts';

/** What the states of a task mean to somebody who waits for a video. */
const STATES: Record<string, string> = {
	processing: 'the video is being made',
	processing_r2: 'the video is being refined',
	success: green('the video is ready'),
	failed: red('the video failed'),
};

/**
 * Prints the life of the tasks as it happens: what the service does, as far as it tells, and what the
 * node asks of it, seen from Node.js' own report of requests, so that the node runs as it is.
 */
export function tellStory(service: Service): { end(): void } {
	const started = Date.now();
	const states = new Map<string, string>();
	const tell = (who: string, text: string) => {
		const time = clock((Date.now() - started) * service.timeScale);
		console.log(`  ${dim(time.padStart(5))}  ${cyan(who.padEnd(7))}  ${text}`);
	};

	service.onEvent(({ type, taskId = '', text }: SandboxEvent) => {
		if (type === 'submitted') {
			states.set(taskId, 'pending');
			tell('service', `takes the task as ${taskId}`);
		} else if (type === 'state') {
			states.set(taskId, text);
			tell('service', STATES[text] ? `${STATES[text]} ${dim(`(${text})`)}` : text);
		} else if (['image', 'refused', 'refunded', 'fault', 'breach'].includes(type)) {
			tell('service', text);
		}
	});

	const onRequest = (message: unknown) => {
		const { request } = message as { request: ClientRequest };
		if (whatFor(request).kind === 'submit') tell('node', 'submits the task');
	};
	const onAnswer = (message: unknown) => {
		const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
		const ask = whatFor(request);
		const status = response.statusCode ?? 0;
		const trouble = status >= 200 && status < 300 ? '' : red(` (status ${status})`);
		if (ask.kind === 'submit' && trouble) tell('node', `is refused${trouble}`);
		if (ask.kind === 'read') {
			const state = states.get(ask.taskId);
			tell('node', `looks at ${ask.taskId}${state ? `: ${state}` : ''}${trouble}`);
		}
		if (ask.kind === 'download') tell('node', `downloads the video${trouble}`);
	};
	// It reports an answer when its head is there, before the body.
	subscribe('http.client.response.finish', onAnswer);
	subscribe('http.client.request.start', onRequest);
	return {
		end: () => {
			unsubscribe('http.client.response.finish', onAnswer);
			unsubscribe('http.client.request.start', onRequest);
			service.onEvent(() => {});
		},
	};
}

type Ask = { kind: 'submit' | 'download' | 'other' } | { kind: 'read'; taskId: string };

function whatFor(request: ClientRequest): Ask {
	const url = new URL(request.path, 'http://service');
	if (url.pathname.includes(PATHS.submit(''))) return { kind: 'submit' };
	if (url.pathname.includes(PATHS.read(''))) {
		return { kind: 'read', taskId: url.searchParams.get('taskId') ?? 'the task' };
	}
	// The sandbox fetches pictures from itself, in this very process.
	return { kind: url.pathname.startsWith('/images/') ? 'other' : 'download' };
}
