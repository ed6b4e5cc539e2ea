import { CODE_OK } from '../../nodes/shared/contract.ts';
import type { HttpAnswer } from '../../nodes/shared/http.ts';
import { isRecord } from '../../nodes/shared/is-record.ts';
import type { About, Field } from './fields.mts';
import type { Points } from './points.mts';
import { words, type Secrets } from './redact.mts';
import type { Exchange } from './wire.mts';

/** New things that could come with any answer are told once, here. */
const EVERY_ANSWER = 'Every answer';

/** Headers that tell of limits, which are not documented. */
const LIMIT_HEADER = /rate-?limit|retry-after|quota/i;

const ENVELOPE = ['code', 'message', 'data'];

interface Expected {
	part: string;
	/** Of the HTTP answer, and `code` in its body. */
	status: number;
	fields?: readonly Field[];
	about?: About;
}

/** Holds the two layers of an answer against the contract; gives `data` where there is an envelope. */
export function holdAnswer(
	points: Points,
	{ answer }: Exchange,
	{ part, status, fields, about }: Expected,
	secrets: Secrets,
): unknown {
	if ('failure' in answer) {
		points.hold(part, 'answer', 'an answer', `none: ${answer.failure}`, false);
		return undefined;
	}
	for (const [name, value] of Object.entries(answer.headers)) {
		if (LIMIT_HEADER.test(name)) points.isNew(EVERY_ANSWER, `header ${name}`, String(value));
	}
	const { body } = answer;
	const isEnvelope = isRecord(body) && body.code !== undefined;
	points.hold(
		part,
		'form',
		'JSON with code, message and data',
		formOf(answer, secrets),
		isEnvelope,
	);
	const code = isEnvelope ? body.code : undefined;
	const statuses = `HTTP ${answer.status}${isEnvelope ? `, code ${JSON.stringify(code)}` : ''}`;
	const taken = isRecord(body) && isRecord(body.data) && body.data.taskId !== undefined;
	points.hold(
		part,
		'status',
		`HTTP ${status}, code ${status}`,
		statuses + (taken && status !== CODE_OK ? ', with a task ID: it was ordered' : ''),
		answer.status === status && (!isEnvelope || code === status),
	);
	if (!isEnvelope) return undefined;
	for (const name of Object.keys(body).filter((name) => !ENVELOPE.includes(name))) {
		points.isNew(
			EVERY_ANSWER,
			`field ${name}`,
			`${kindOf(body[name])}, beside code, message and data`,
		);
	}
	if (answer.status !== status || code !== status) return body.data;
	const said = words(String(body.message), secrets);
	const isSuccess = body.message === 'success' || status !== CODE_OK;
	const message = status === CODE_OK ? '"success"' : 'a text that says why';
	points.hold(part, 'message', message, `"${said}"`, typeof body.message === 'string' && isSuccess);
	if (fields !== undefined && about !== undefined) {
		holdFields(points, part, body.data, { fields, about });
	}
	return body.data;
}

/** Holds each field of `data`, and finds those that are new. */
export function holdFields(
	points: Points,
	part: string,
	data: unknown,
	{ fields, about }: { fields: readonly Field[]; about: About },
): void {
	points.hold(part, 'data', 'an object', kindOf(data), isRecord(data));
	if (!isRecord(data)) return;
	const state = String(data.state);
	for (const { name, expected, holds, needed } of fields) {
		const value = data[name];
		if (value === undefined || value === null) {
			if (needed(state)) points.hold(part, name, expected, 'missing', false);
			continue;
		}
		points.hold(part, name, expected, shown(name, value), holds(value, about));
	}
	for (const name of Object.keys(data).filter(
		(key) => !fields.some((field) => field.name === key),
	)) {
		points.isNew(part, name, kindOf(data[name]));
	}
}

/** A value for the report: its words if they are the service's own, else only what kind it is. */
function shown(name: string, value: unknown): string {
	const words = ['state', 'failCode'].includes(name);
	if (words && typeof value === 'string') return `"${value.slice(0, 60)}"`;
	if (typeof value === 'number' && /Time$/.test(name))
		return `${kindOf(value)} of ${digits(value)} digits`;
	return kindOf(value);
}

const digits = (value: number) => String(Math.trunc(value)).length;

export function kindOf(value: unknown): string {
	if (value === null) return 'null';
	if (value === undefined) return 'missing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object')
		return `an object with ${Object.keys(value).join(', ') || 'nothing'}`;
	const names: Record<string, string> = {
		string: 'a text',
		number: 'a number',
		boolean: 'yes or no',
	};
	return names[typeof value] ?? typeof value;
}

function formOf({ headers, body }: HttpAnswer, secrets: Secrets): string {
	if (isRecord(body)) return `JSON with ${Object.keys(body).join(', ') || 'nothing'}`;
	const type = String(headers['content-type'] ?? 'no content type');
	if (typeof body !== 'string') return `JSON: ${kindOf(body)}`;
	return `${type}: "${words(body, secrets).slice(0, 80)}"`;
}
