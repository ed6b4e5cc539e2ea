import {
	BUFFERED,
	type Cost,
	type DownloadResult,
	LARGE,
	MANY,
	MB,
	mb,
	type Race,
} from './download.mts';

/** What is aimed at: bytes, and a share of curl's speed. */
const AIMS = { large: 64 * MB, many: 128 * MB, speed: 0.8 };

const median = (values: number[]) =>
	[...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

/** What the downloads took, as a section in Markdown. */
export function downloadSection(result: DownloadResult): string {
	const { unlimited, line, manyPeaks, bufferedPeaks } = result;
	const row = (server: string, { curl, httpRequest, node }: Race) => {
		const times = [curl, secondsOf(httpRequest), secondsOf(node)].map(median);
		const [curlTime = NaN, , nodeTime = NaN] = times;
		const speeds = times.map((seconds) => `${mb(LARGE / seconds)}/s`);
		const share = (curlTime / nodeTime).toFixed(2);
		const memory = [httpRequest, node].map((costs) => rangeOf(costs.map(({ peak }) => peak)));
		return `| ${[server, ...speeds, share, ...memory].join(' | ')} |`;
	};
	const missed = [
		...missedBy('as fast as the machine can', unlimited),
		...missedBy('at 1 Gbit/s', line),
		Math.max(...manyPeaks) > AIMS.many && `${MANY.clips} at once, ${mb(Math.max(...manyPeaks))}`,
	].filter(Boolean);
	const { default: inMemory = NaN, database = NaN } = bufferedPeaks;
	return `## Downloads

A video flows from the server to the disk; it never has to fit in memory.

| A video of 1 GB from a server that sends | \`curl\` | n8n's HTTP Request node | This node | Share of \`curl\`'s speed | Memory, HTTP Request node | Memory, this node |
| --- | --- | --- | --- | --- | --- | --- |
${row('as fast as it can, on this machine', unlimited)}
${row('125 MB a second (1 Gbit/s)', line)}

Speeds are medians of ${unlimited.node.length} and ${line.node.length} rounds, in turns, onto the same disk. Memory is by how much n8n's process grew at its peak, over the rounds. The first download after a rest takes more, at most 128 MB, however large the video is. ${MANY.clips} videos of ${mb(MANY.bytes)} at once took ${rangeOf(manyPeaks)}.

The aims were ${AIMS.speed} of \`curl\`'s speed, less than ${mb(AIMS.large)} for the large video and less than ${mb(AIMS.many)} for the ${MANY.clips}. Missed: ${missed.join('; ') || 'none'}. n8n reads the answer, hands it to this node and writes it, all in one process: without a network that slows them down, \`curl\` has less to do.

Where n8n keeps files in memory or in its database, it holds each of them whole, and more than once: a video of ${mb(BUFFERED)} took ${mb(inMemory)} and ${mb(database)}. For long or many videos set \`N8N_DEFAULT_BINARY_DATA_MODE=filesystem\`; in queue mode only on a disk that all processes share.
`;
}

/** The aims that a race missed, in words. */
function missedBy(name: string, { curl, node }: Race): string[] {
	const share = median(curl) / median(secondsOf(node));
	const peak = Math.max(...node.map((cost) => cost.peak));
	return [
		...(share < AIMS.speed ? [`${name}, ${share.toFixed(2)} of the speed`] : []),
		...(peak > AIMS.large ? [`${name}, ${mb(peak)} at the most`] : []),
	];
}

const secondsOf = (costs: Cost[]) => costs.map(({ seconds }) => seconds);

/** The least and the most, e.g. "3 to 148 MB". */
function rangeOf(bytes: number[]): string {
	const [least, most] = [Math.min(...bytes), Math.max(...bytes)];
	return mb(least) === mb(most) ? mb(most) : `${Math.round(least / MB)} to ${mb(most)}`;
}
