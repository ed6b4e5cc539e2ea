import { createFile, type ISOFile, type Movie } from 'mp4box';
import { ASPECT_RATIOS } from '../../nodes/shared/contract.ts';
import type { Points } from './points.mts';

const PART = 'The clip';

/** A clip of 5 s may be a frame or two longer or shorter. Seconds. */
const DURATION_TOLERANCE = 0.5;

const DOWNLOAD_DEADLINE_MS = 120_000;

/** Headers of a clip that tell how to fetch it and how long it is there. */
const HEADERS = ['content-type', 'accept-ranges', 'cache-control', 'expires', 'last-modified'];

export interface Clip {
	headers: Record<string, string>;
	bytes: number;
	/** "avc1.64001f, 1280 × 720, 5.0 s, 24 pictures a second". */
	looks: string;
	/** The names in its address's query, which tell whether it expires. */
	queryNames: string[];
}

interface Wanted {
	url: string;
	seconds?: number;
	aspectRatio?: (typeof ASPECT_RATIOS)[number];
}

/** Fetches a clip without the key, and holds it against the contract: undefined if nothing came. */
export async function holdClip(
	points: Points,
	{ url, seconds, aspectRatio }: Wanted,
	stop: AbortSignal,
): Promise<Clip | undefined> {
	const expected = 'HTTP 200 without the API key';
	let response: Response;
	let body: ArrayBuffer;
	try {
		const signal = AbortSignal.any([stop, AbortSignal.timeout(DOWNLOAD_DEADLINE_MS)]);
		response = await fetch(url, { signal });
		body = await response.arrayBuffer();
	} catch (error) {
		if (stop.aborted) throw error;
		points.hold(PART, 'download', expected, 'no whole answer', false);
		return undefined;
	}
	points.hold(PART, 'download', expected, `HTTP ${response.status}`, response.status === 200);
	if (response.status !== 200) return undefined;

	const type = response.headers.get('content-type') ?? 'missing';
	points.hold(PART, 'Content-Type', 'video/mp4', type, /^video\/mp4\b/.test(type));
	const length = response.headers.get('content-length');
	const whole =
		length === null ||
		response.headers.has('content-encoding') ||
		Number(length) === body.byteLength;
	const told = length === null ? 'no Content-Length' : `${length} told, ${body.byteLength} came`;
	points.hold(PART, 'length', 'as many bytes as Content-Length tells', told, whole);

	const movie = await readMovie(body);
	const [track] = movie?.videoTracks ?? [];
	points.hold(
		PART,
		'plays',
		'an MP4 with a picture track',
		movie ? `an MP4 with ${track?.codec ?? 'no picture'}` : 'no MP4',
		track !== undefined,
	);
	const clip = {
		headers: pick(response.headers),
		bytes: body.byteLength,
		queryNames: [...new URL(url).searchParams.keys()],
	};
	if (movie === undefined || track === undefined)
		return { ...clip, looks: 'not an MP4 that plays' };

	const lasts = movie.duration / movie.timescale;
	if (seconds !== undefined) {
		points.hold(
			PART,
			'duration',
			`${seconds} s`,
			`${lasts.toFixed(2)} s`,
			Math.abs(lasts - seconds) <= DURATION_TOLERANCE,
		);
	}
	const { width, height } = track.video ?? { width: track.track_width, height: track.track_height };
	if (aspectRatio !== undefined) {
		const [across = 1, down = 1] = aspectRatio.split(':').map(Number);
		const fits = Math.abs(width / height / (across / down) - 1) < 0.03;
		points.hold(PART, 'aspect ratio', aspectRatio, `${width} × ${height}`, fits);
	}
	const pictures = (track.nb_samples / lasts).toFixed(0);
	return {
		...clip,
		looks: `${track.codec}, ${width} × ${height}, ${lasts.toFixed(2)} s, ${pictures} pictures a second`,
	};
}

function pick(headers: Headers): Record<string, string> {
	const found = HEADERS.map((name) => [name, headers.get(name)] as const);
	return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== null));
}

/** undefined for what is no MP4, or one whose pictures are not all there. */
async function readMovie(bytes: ArrayBuffer): Promise<Movie | undefined> {
	const file: ISOFile = createFile();
	return await new Promise((resolve) => {
		file.onReady = (movie) => resolve(movie);
		file.onError = () => resolve(undefined);
		file.appendBuffer(Object.assign(bytes, { fileStart: 0 }), true);
		file.flush();
		resolve(undefined);
	});
}
