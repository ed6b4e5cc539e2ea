import { DURATIONS, KLING_MODEL, type GenerateRequest } from '../../nodes/shared/contract.ts';
import type { AnswerKind } from '../../sandbox/like.ts';
import { holdAnswer } from './answers.mts';
import type { Check } from './check.mts';
import { follow, settleCost } from './follow.mts';
import { order, TEXT_ORDER } from './order.mts';

const WRONG_KEY = 'apixo-live-check-wrong-key';
const UNKNOWN_TASK = 'task_apixo_live_check';

/** A wrong key, and a task that there is not. */
export async function askWrongly(check: Check): Promise<void> {
	const { points, wire, secrets } = check;
	check.tell('A wrong key …');
	const wrong = await check.serviceAs(WRONG_KEY).balance();
	check.keep('wrongKey', wire.last);
	holdAnswer(points, wire.last, { part: 'A wrong key', status: 401 }, secrets);
	const refused = wrong.kind === 'refused' && wrong.problem.httpCode === '401';
	points.read('A wrong key', refused, wrong.kind);

	check.tell('A task that does not exist …');
	const unknown = await check.service.read({ taskId: UNKNOWN_TASK, model: KLING_MODEL });
	check.keep('unknownTask', wire.last);
	holdAnswer(points, wire.last, { part: 'An unknown task', status: 404 }, secrets);
	points.read('An unknown task', unknown.kind === 'refused', unknown.kind);
}

/** Not of the type, which is the point of it: the service is to refuse it. */
const broken = (input: object): GenerateRequest =>
	({ ...TEXT_ORDER, input: { ...TEXT_ORDER.input, ...input } }) as GenerateRequest;

const FORBIDDEN: ReadonlyArray<{ kind: AnswerKind; part: string; request: GenerateRequest }> = [
	{
		kind: 'refusedDuration',
		part: `A duration of ${Math.max(...DURATIONS) + 1} s`,
		request: broken({ duration: Math.max(...DURATIONS) + 1 }),
	},
	{ kind: 'refusedPrompt', part: 'No prompt', request: broken({ prompt: undefined }) },
	{
		kind: 'refusedImage',
		part: 'An image address that is none',
		request: broken({
			mode: 'image-to-video',
			aspect_ratio: undefined,
			image_urls: ['this is no address'],
		}),
	},
];

/** Orders that the documentation forbids: each is to be refused. One that is taken is seen to its end. */
export async function askForbidden(check: Check): Promise<void> {
	for (const { kind, part, request } of FORBIDDEN) {
		if (check.unknownOrder) return;
		check.tell(`${part} …`);
		const answer = await order(check, request);
		if (answer === undefined) return;
		check.keep(kind, check.wire.last);
		holdAnswer(check.points, check.wire.last, { part, status: 400 }, check.secrets);
		check.points.read(part, answer.kind !== 'unknown', answer.kind);
		if (answer.kind !== 'accepted') continue;
		const orderedAt = check.wire.last.at;
		const followed = await follow(check, answer.taskId, { title: part, orderedAt });
		if (followed) await settleCost(check, followed.life);
	}
}
