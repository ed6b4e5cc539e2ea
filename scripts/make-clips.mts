/**
 * Makes the sandbox's clips and images, and the sample clips of Simulate, with ffmpeg (apt install ffmpeg),
 * once: `npx tsx scripts/make-clips.mts`. What it makes is committed; nothing runs it in a build.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	ASPECT_RATIOS,
	DURATIONS,
	type AspectRatio,
	type Duration,
} from '../nodes/shared/contract.ts';
import { clipFile, CLIP_LOOKS } from '../sandbox/clips.ts';

const CHECKOUT = join(import.meta.dirname, '..');
const SANDBOX = join(CHECKOUT, 'sandbox');
const SAMPLES = join(CHECKOUT, 'nodes/Apixo/actions/video/simulation/samples.ts');

/** Of all six together: they are part of the package. */
const MAX_SAMPLES_BYTES = 40_000;
const MAX_CLIP_BYTES = 100_000;

const SIZES: Record<AspectRatio, string> = {
	'16:9': '320x180',
	'9:16': '180x320',
	'1:1': '240x240',
};

/** One for each look of a clip, so that clips of one run can be told apart. */
const BACKGROUNDS = ['1d4ed8', '047857', 'b45309', 'be123c', '6d28d9', '0f766e'];

const ffmpeg = (...args: string[]) =>
	execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], { stdio: 'pipe' });

/** A word on a plain colour, with the seconds counted below it. */
function makeClip(
	file: string,
	{
		duration,
		ratio,
		word,
		colour,
	}: { duration: Duration; ratio: AspectRatio; word: string; colour: string },
): number {
	const source =
		`color=c=0x${colour}:size=${SIZES[ratio]}:rate=4,` +
		`drawtext=text='${word}':fontsize=min(w\\,h)/5:fontcolor=white:x=(w-text_w)/2:y=(h-text_h)/2-h/12,` +
		`drawtext=text='%{eif\\:t+1\\:d} of ${duration} s':fontsize=min(w\\,h)/9:fontcolor=0xfbcfe8:` +
		'x=(w-text_w)/2:y=h*0.68';
	ffmpeg(
		...['-f', 'lavfi', '-i', source, '-t', String(duration), '-an'],
		...['-c:v', 'libx264', '-preset', 'veryslow', '-tune', 'stillimage', '-crf', '34', '-g', '100'],
		// Without the encoder's note about itself, which is a quarter of such a small file.
		...['-pix_fmt', 'yuv420p', '-bsf:v', 'filter_units=remove_types=6'],
		...['-movflags', '+faststart', '-map_metadata', '-1', '-fflags', '+bitexact', file],
	);
	const probe = execFileSync('ffprobe', [
		...['-v', 'error', '-of', 'csv=p=0', '-select_streams', 'v'],
		...['-show_entries', 'stream=codec_name,pix_fmt:format=duration', file],
	]).toString();
	const [codec, pixels, seconds] = probe.split(/[,\n]/);
	const bytes = statSync(file).size;
	console.log(`${file}: ${codec} ${pixels} ${seconds} s, ${bytes} bytes`);
	if (codec !== 'h264' || pixels !== 'yuv420p' || Number(seconds) !== duration) {
		throw new Error(`${file} is not what it should be`);
	}
	if (bytes > MAX_CLIP_BYTES) throw new Error(`${file} is too big`);
	return bytes;
}

const shapes = DURATIONS.flatMap((duration) => ASPECT_RATIOS.map((ratio) => ({ duration, ratio })));

for (const shape of shapes) {
	for (let look = 0; look < CLIP_LOOKS; look++) {
		makeClip(join(SANDBOX, 'clips', clipFile(shape.duration, shape.ratio, look)), {
			...shape,
			word: `Clip ${look + 1}`,
			colour: BACKGROUNDS[look] ?? '000000',
		});
	}
}

function makeSamples(): void {
	const file = join(tmpdir(), `apixo-sample-${process.pid}.mp4`);
	let total = 0;
	const entries = shapes.map(({ duration, ratio }) => {
		total += makeClip(file, { duration, ratio, word: 'SAMPLE', colour: '24124d' });
		return `\t'${duration}s ${ratio}':\n\t\t'${readFileSync(file).toString('base64')}',\n`;
	});
	rmSync(file);
	if (total > MAX_SAMPLES_BYTES) throw new Error(`The samples are too big: ${total} bytes`);
	writeFileSync(
		SAMPLES,
		"import type { AspectRatio, Duration } from '../../../../shared/contract';\n\n" +
			'/**\n * MP4 clips that say SAMPLE in the picture, in base64; made by `scripts/make-clips.mts`. A module, because a\n' +
			' * file beside it would have to be found and read, and a node has no business in the file system.\n */\n' +
			'export const SAMPLES: Readonly<Record<`${Duration}s ${AspectRatio}`, string>> = {\n' +
			`${entries.join('')}};\n`,
	);
	console.log(`${SAMPLES}: ${total} bytes of video`);
}
makeSamples();

/** A gradient with a word on it. */
const still = (text: string, colours: string, file: string, ...args: string[]) => {
	const source =
		`gradients=size=480x270:rate=12:${colours}:nb_colors=3:speed=0.02:seed=7,` +
		`drawtext=text='${text}':fontsize=36:fontcolor=white:x=(w-text_w)/2:y=(h-text_h)/2`;
	ffmpeg('-f', 'lavfi', '-i', source, '-frames:v', '1', ...args, file);
};

still(
	'end frame',
	'c0=0x7c2d12:c1=0xf59e0b:c2=0xfde68a',
	join(SANDBOX, 'images/end.jpg'),
	'-q:v',
	'6',
);
still(
	'sample',
	'c0=0x064e3b:c1=0x10b981:c2=0xa7f3d0',
	join(SANDBOX, 'images/sample.webp'),
	'-quality',
	'60',
);

// n8n-node build copies every .png of the repository into dist, so this one is kept as text.
const png = join(tmpdir(), `apixo-start-${process.pid}.png`);
still(
	'start frame',
	'c0=0x24124d:c1=0x3b82f6:c2=0xf472b6',
	png,
	...['-vf', 'scale=160:-2', '-pix_fmt', 'rgb8'],
);
writeFileSync(join(SANDBOX, 'images/start.png.base64'), readFileSync(png).toString('base64'));
rmSync(png);
