/**
 * Makes the sandbox's clips and sample images with ffmpeg (apt install ffmpeg), once:
 * `npx tsx scripts/make-clips.mts`. What it makes is committed; nothing runs it in a build.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASPECT_RATIOS, DURATIONS, type AspectRatio } from '../nodes/shared/contract.ts';
import { clipFile } from '../sandbox/clips.ts';

const SANDBOX = join(import.meta.dirname, '../sandbox');
const SIZES: Record<AspectRatio, string> = {
	'16:9': '480x270',
	'9:16': '270x480',
	'1:1': '360x360',
};
const MAX_CLIP_BYTES = 100_000;

const ffmpeg = (...args: string[]) =>
	execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args]);

/** A slow gradient with one line of text on it. `:` has a meaning in a filter, so it is escaped. */
const picture = (size: string, text: string, colours: string) =>
	`gradients=size=${size}:rate=12:${colours}:nb_colors=3:speed=0.02:seed=7,` +
	`drawtext=text='${text.replaceAll(':', '\\:')}':fontsize=36:fontcolor=white:` +
	'x=(w-text_w)/2:y=(h-text_h)/2+h/6*sin(t*1.2566)';

for (const duration of DURATIONS) {
	for (const ratio of ASPECT_RATIOS) {
		const file = join(SANDBOX, 'clips', clipFile(duration, ratio));
		const source = picture(
			SIZES[ratio],
			`${duration} s  ${ratio}`,
			'c0=0x24124d:c1=0x3b82f6:c2=0xf472b6',
		);
		ffmpeg(
			...['-f', 'lavfi', '-i', source, '-t', String(duration), '-an'],
			...['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '32', '-pix_fmt', 'yuv420p'],
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
	}
}

const still = (text: string, colours: string, file: string, ...args: string[]) =>
	ffmpeg('-f', 'lavfi', '-i', picture('480x270', text, colours), '-frames:v', '1', ...args, file);

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
	'-vf',
	'scale=160:-2',
	'-pix_fmt',
	'rgb8',
);
writeFileSync(join(SANDBOX, 'images/start.png.base64'), readFileSync(png).toString('base64'));
rmSync(png);
