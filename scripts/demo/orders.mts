import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { INode } from 'n8n-workflow';
import { DURATIONS, MAX_IMAGES } from '../../nodes/shared/contract.ts';
import type { WorkflowFile } from '../../harness/engine/engine.ts';
import { CHECKOUT } from '../../harness/checkout.ts';

export const HELP = `Makes videos with the workflows of examples/, in n8n's own engine.

  npm run demo -- [options]

  --prompt <text>     what to see in the video
  --image <url>       the first picture; given twice, the second is the last one
  --duration <5|10>   seconds
  --help              this text

Free, in a sandbox on this machine. With a key in APIXO_API_KEY it uses the real service,
says that this costs money, and asks first.`;

/** The node of the examples that makes the video. */
export const APIXO_TYPE = 'n8n-nodes-apixo.apixo';

/** One video to make. */
export interface Order {
	/** The example's path, from the checkout. */
	file: string;
	title: string;
	workflow: WorkflowFile;
	prompt: string;
	seconds: number;
	images: string[];
	/** Whether the pictures are those of the example, which are not really there. */
	sampleImages: boolean;
}

const TEXT = 'examples/text-to-video.json';
const IMAGE = 'examples/image-to-video.json';

/**
 * What to make, from the command line. A prompt alone asks for text to video, a picture for image to
 * video, neither for both; but not for both on the `real` service, which could not fetch the picture
 * of the example.
 *
 * @throws Error that names the option that is wrong, and what it takes.
 */
export async function readOrders(args: string[], real: boolean): Promise<Order[] | 'help'> {
	const { values } = parseArgs({
		args,
		options: {
			prompt: { type: 'string' },
			image: { type: 'string', multiple: true, default: [] },
			duration: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return 'help';
	const { prompt, image: images, duration } = values;
	if (prompt?.trim() === '') throw new Error('--prompt is empty.');
	if (images.length > MAX_IMAGES) {
		throw new Error('--image can be given twice: the first picture and the last one.');
	}
	const noUrl = images.find((url) => !/^https?:\/\/./.test(url));
	if (noUrl !== undefined) {
		throw new Error(
			`--image takes an address that starts with http:// or https://, not "${noUrl}".`,
		);
	}
	const seconds = DURATIONS.find((each) => String(each) === duration);
	if (duration !== undefined && seconds === undefined) {
		throw new Error(`--duration takes ${DURATIONS.join(' or ')}, not "${duration}".`);
	}

	const files = images.length > 0 ? [IMAGE] : prompt !== undefined || real ? [TEXT] : [TEXT, IMAGE];
	const changes = { ...(prompt && { prompt }), ...(seconds && { duration: seconds }) };
	return await Promise.all(files.map(async (file) => await readOrder(file, changes, images)));
}

async function readOrder(
	file: string,
	changes: { prompt?: string; duration?: number },
	images: string[],
): Promise<Order> {
	const workflow = JSON.parse(await readFile(join(CHECKOUT, file), 'utf8')) as WorkflowFile;
	const given = images.length > 0 ? imageParameters(images) : {};
	const changed = withParameters(workflow, { ...changes, ...given, downloadVideo: true });
	const { prompt, duration, startImageUrl, endImageUrl } = parametersOf(changed);
	return {
		file,
		title: workflow.name ?? file,
		workflow: changed,
		prompt: String(prompt),
		seconds: Number(duration ?? DURATIONS[0]),
		images: [startImageUrl, endImageUrl].filter((url) => typeof url === 'string'),
		sampleImages: images.length === 0,
	};
}

export function imageParameters([start = '', end]: string[]): INode['parameters'] {
	return { startImageUrl: start, ...(end !== undefined && { endImageUrl: end }) };
}

export function parametersOf({ nodes }: WorkflowFile): INode['parameters'] {
	return nodes.find(({ type }) => type === APIXO_TYPE)?.parameters ?? {};
}

/** The workflow with these parameters on its APIXO nodes. */
export function withParameters(
	workflow: WorkflowFile,
	parameters: INode['parameters'],
): WorkflowFile {
	const nodes = workflow.nodes.map((node) =>
		node.type === APIXO_TYPE
			? { ...node, parameters: { ...node.parameters, ...parameters } }
			: node,
	);
	return { ...workflow, nodes };
}
