import { readFile } from 'node:fs/promises';
import {
	CODE_OK,
	DEFAULT_BASE_URL,
	DURATIONS,
	KLING_MODEL,
	USUAL_TIME_MS,
	type GenerateRequest,
} from '../../nodes/shared/contract.ts';
import { holdAnswer } from './answers.mts';
import { CallbackListener } from './callback.mts';
import type { Check } from './check.mts';
import { holdClip } from './clip.mts';
import { ORDER_FIELDS } from './fields.mts';
import { follow, seconds, settleCost } from './follow.mts';
import { order, TEXT_ORDER } from './order.mts';

const PART = 'An order';

/** How long a callback may take after the end, ms. */
const CALLBACK_WITHIN_MS = 30_000;

/** A picture that everybody can open: a sample of the published repository, or of the sandbox. */
export async function sampleImage(baseUrl: string): Promise<string> {
	if (baseUrl !== DEFAULT_BASE_URL) return new URL('/images/start.png', baseUrl).href;
	const manifest = JSON.parse(
		await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
	) as { repository: { url: string } };
	const [, repository] = /github\.com\/(.+?)\.git$/.exec(manifest.repository.url) ?? [];
	return `https://raw.githubusercontent.com/${repository}/HEAD/sandbox/images/end.jpg`;
}

/** One video from a text and one from an image; the last of them with a callback, if that can come. */
export async function orderClips(check: Check): Promise<void> {
	const image = await imageOf(check);
	const { callback } = check.options;
	const fromImage: GenerateRequest | undefined = image
		? {
				request_type: 'async',
				input: {
					mode: 'image-to-video',
					prompt: TEXT_ORDER.input.prompt,
					duration: DURATIONS[0],
					image_urls: [image],
				},
			}
		: undefined;
	const orders: Array<[string, GenerateRequest]> = [['Text to video', TEXT_ORDER]];
	if (fromImage) orders.push(['Image to video', fromImage]);
	for (const [index, [title, request]] of orders.entries()) {
		const isLast = index === orders.length - 1;
		const listener = callback && isLast ? new CallbackListener(callback.url) : undefined;
		try {
			await listener?.listen(callback?.port ?? 0);
			if (listener) check.secrets.others.push(listener.url);
			if (!(await orderClip(check, title, request, listener))) return;
		} finally {
			listener?.close();
		}
	}
}

async function imageOf(check: Check): Promise<string | undefined> {
	const { image = await sampleImage(check.options.baseUrl) } = check.options;
	try {
		const response = await fetch(image, { signal: check.stop, method: 'HEAD' });
		if (response.ok) return image;
	} catch {
		// Told below, as any picture that cannot be had.
	}
	check.points.notSeen(
		'Image to video',
		'order',
		'the picture cannot be opened: name one with --image',
	);
	check.cutShort.push(
		`Image to video was left out: ${image} cannot be opened. Name a picture that everybody can open: --image <url>`,
	);
	return undefined;
}

/** Orders one video, follows it, and looks at its clip; false if no other is to be ordered. */
async function orderClip(
	check: Check,
	title: string,
	request: GenerateRequest,
	listener?: CallbackListener,
): Promise<boolean> {
	check.tell(`${title} …`);
	const body: GenerateRequest = listener
		? { ...request, request_type: 'callback', callback_url: listener.url }
		: request;
	const answer = await order(check, body);
	if (answer === undefined) return false;
	const orderedAt = check.wire.last.at;
	if (answer.kind === 'refused' && answer.problem.httpCode === '402') {
		check.points.notSeen(PART, 'status', 'the balance is too low');
		check.cutShort.push(
			'The balance is too low for a video: top it up in the APIXO console, then run this again. Nothing was ordered.',
		);
		return false;
	}
	const about = { taskId: '' };
	check.keep('order', check.wire.last);
	holdAnswer(
		check.points,
		check.wire.last,
		{ part: PART, status: CODE_OK, fields: ORDER_FIELDS, about },
		check.secrets,
	);
	check.points.read(PART, answer.kind === 'accepted', answer.kind);
	if (answer.kind !== 'accepted') return answer.kind !== 'unknown';
	const followed = await follow(check, answer.taskId, { title, orderedAt });
	if (followed === undefined) return true;
	const { life, data } = followed;
	holdTime(check, life.endedAfterMs ?? 0);
	await settleCost(check, life);
	await lookAtClip(check, followed, request);
	if (listener !== undefined) await awaitCallback(check, listener, data);
	return true;
}

/** "About", in the documentation: what takes half or double as long is still about it. */
function holdTime(check: Check, took: number): void {
	const [shortest, longest] = USUAL_TIME_MS[KLING_MODEL][DURATIONS[0]];
	const expected = `about ${shortest / 1000} to ${longest / 1000} s`;
	const isAbout = took >= shortest / 2 && took <= longest * 2;
	check.points.hold('Making a clip of 5 s', 'time', expected, `${seconds(took)} s`, isAbout);
}

/** Fetches the clip that a task names, in whatever form, if there is one. */
export async function lookAtClip(
	check: Check,
	{ life, data }: NonNullable<Awaited<ReturnType<typeof follow>>>,
	request?: GenerateRequest,
): Promise<void> {
	const [url] = /https?:[^"\\\s]+/.exec(JSON.stringify(data.resultJson ?? '')) ?? [];
	check.points.hold(
		'Making a clip of 5 s',
		'comes out',
		'a clip',
		url === undefined ? `none: ${String(data.failCode ?? data.state)}` : 'a clip',
		url !== undefined,
	);
	if (url === undefined) return;
	check.secrets.others.push(url);
	const wanted = {
		url,
		seconds: request?.input.duration,
		aspectRatio: request?.input.aspect_ratio,
	};
	life.clip = await holdClip(check.points, wanted, check.stop);
	if (life.clip === undefined) return;
	check.keepClip(life.clip);
	check.tell(`clip: ${life.clip.looks}, ${(life.clip.bytes / 1e6).toFixed(2)} MB`);
}

async function awaitCallback(
	check: Check,
	listener: CallbackListener,
	data: Record<string, unknown>,
): Promise<void> {
	const until = Date.now() + CALLBACK_WITHIN_MS;
	while (listener.received.length === 0 && Date.now() < until) {
		await check.wire.pause(200 * check.options.timeScale);
	}
	const { answer } =
		check.wire.exchanges.findLast(
			({ answer: one }) => 'body' in one && JSON.stringify(one.body).includes(String(data.taskId)),
		) ?? check.wire.last;
	check.callback = listener.hold(check.points, 'body' in answer ? answer.body : undefined);
}
