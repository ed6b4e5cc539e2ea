import { KLING_MODEL, type GenerateRequest } from '../../../nodes/shared/contract';
import type { Clock } from '../../../nodes/shared/clock';
import { createService } from '../../../nodes/shared/service';
import type { HttpAnswer, HttpRequest, NoAnswer } from '../../../nodes/shared/http';

export const NOW = Date.UTC(2026, 0, 9, 12);

export const REQUEST: GenerateRequest = {
	request_type: 'async',
	input: { mode: 'text-to-video', prompt: 'A paper boat', duration: 5 },
};

export const TASK = { taskId: 't1', model: KLING_MODEL };

export function answer(
	status: number,
	body: unknown,
	headers: Record<string, unknown> = {},
): HttpAnswer {
	return { status, headers, body };
}

/** The service's own envelope. */
export function envelope(code: number, data: unknown = null, message = 'in its own words') {
	return { code, message, data };
}

export const GATEWAY_PAGE = '<html><body><h1>Bad Gateway</h1></body></html>';

/** A service whose every call gets this answer; `calls` are the requests that it was sent. */
export function serviceAnswering(given: HttpAnswer | NoAnswer) {
	const calls: HttpRequest[] = [];
	const service = createService(
		async (request) => {
			calls.push(request);
			return given;
		},
		{ date: () => NOW } as Clock,
	);
	return { ...service, calls };
}
