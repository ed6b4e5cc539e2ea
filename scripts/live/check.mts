import { systemClock } from '../../nodes/shared/clock.ts';
import { createService, type Service } from '../../nodes/shared/service.ts';
import type { AnswerKind, Likeness, Template } from '../../sandbox/like.ts';
import type { CallbackSeen } from './callback.mts';
import type { Clip } from './clip.mts';
import type { Document } from './documents.mts';
import type { LiveOptions } from './options.mts';
import { Points } from './points.mts';
import { withPlaceholders, type Secrets } from './redact.mts';
import { Wire, type Exchange } from './wire.mts';

/** The life of one video that was ordered. Times in ms of the service's time since the order. */
export interface Life {
	title: string;
	states: Array<{ state: string; afterMs: number }>;
	endedAfterMs?: number;
	clip?: Clip;
	/** US dollars, by the balance before and after. */
	cost?: number;
}

/** All that one check knows and has learnt so far. */
export class Check {
	readonly points = new Points();

	readonly wire: Wire;

	readonly service: Service;

	readonly secrets: Secrets;

	readonly lives: Life[] = [];

	documents: Document[] = [];

	callback?: CallbackSeen;

	/** Tasks that are ordered and not seen to the end. */
	readonly open = new Set<string>();

	/** An order whose outcome nobody knows: nothing more is ordered after it. */
	unknownOrder = false;

	/** What kept the check from doing all that it set out to do. */
	readonly cutShort: string[] = [];

	/** US dollars: at the beginning, and as it was last read. */
	firstBalance?: number;

	balance?: number;

	private readonly answers: Partial<Record<AnswerKind, Template>> = {};

	constructor(
		readonly options: LiveOptions,
		readonly stop: AbortSignal,
	) {
		const { apiKey, baseUrl, timeScale } = options;
		this.wire = new Wire(baseUrl, timeScale, stop);
		this.service = this.serviceAs(apiKey);
		this.secrets = { apiKey, others: [] };
	}

	/** The package's own client of the service, with any key. */
	serviceAs(apiKey: string): Service {
		return createService(this.wire.http(apiKey), systemClock(this.stop));
	}

	/** Tells what goes on. */
	tell(text: string): void {
		console.log(`  ${text}`);
	}

	/** Keeps an answer for the report and for the sandbox: the first of its kind. */
	keep(kind: AnswerKind, { answer }: Exchange): void {
		if ('failure' in answer) return;
		const headers = Object.entries(answer.headers).filter(([name]) => KEPT_HEADERS.test(name));
		this.answers[kind] ??= {
			status: answer.status,
			headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
			body: withPlaceholders(answer.body, this.secrets, kind === 'running'),
		};
	}

	keepClip(clip: Clip): void {
		const type = clip.headers['content-type'];
		this.answers.clip ??= {
			status: 200,
			headers: type === undefined ? {} : { 'content-type': type },
			body: null,
		};
	}

	get likeness(): Likeness {
		const [life] = this.lives.filter(({ endedAfterMs }) => endedAfterMs !== undefined);
		const states = life?.states.slice(0, -1) ?? [];
		return {
			answers: this.answers,
			states,
			taskTimeMs: life?.endedAfterMs,
			...(this.callback && {
				callback: { ...this.callback, body: withPlaceholders(this.callback.body, this.secrets) },
			}),
		};
	}
}

const KEPT_HEADERS = /^content-type$|rate-?limit|retry-after|quota/i;
