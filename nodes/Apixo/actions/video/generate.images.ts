import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import {
	IMAGE_MAX_BYTES,
	IMAGE_MAX_SIZE_NAME,
	IMAGE_TYPES,
	IMAGE_TYPE_NAMES,
} from '../../../shared/contract';
import { canReach } from '../../../shared/urls';
import { BadInput, httpUrl, shown } from '../check';
import { GENERATE, type GenerateReader } from './parameters';

/** How long the service has to fetch a lent image, from its submission. */
const LEND_FOR = '2h';

/** A frame of the video: what tells it from others, and a URL made when it is needed. */
export interface Frame {
	identity: string;
	url(): string;
}

/** The start frame and, if one is given, the end frame. `baseUrl` is the service's. */
export async function readFrames(
	context: IExecuteFunctions,
	itemIndex: number,
	read: GenerateReader,
	baseUrl: string,
): Promise<Frame[]> {
	if (read('imageSource') === 'url') {
		const linked = (name: 'startImageUrl' | 'endImageUrl') =>
			linkedFrame(GENERATE[name].label, read.raw(name), baseUrl);
		const start = linked('startImageUrl');
		return isGiven(read.raw('endImageUrl')) ? [start, linked('endImageUrl')] : [start];
	}
	const lent = async (name: 'startImageBinaryField' | 'endImageBinaryField') =>
		await lentFrame(context, itemIndex, GENERATE[name].label, read(name), baseUrl);
	const start = await lent('startImageBinaryField');
	if (!isGiven(read.raw('endImageBinaryField'))) return [start];
	return [start, await lent('endImageBinaryField')];
}

/** An expression that finds no end frame for this item gives nothing, and that is fine. */
function isGiven(value: unknown): boolean {
	return (
		value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '')
	);
}

function linkedFrame(label: string, value: unknown, baseUrl: string): Frame {
	const howToMend =
		'APIXO fetches the image itself, so give a link that anybody can open, starting with https://. For a file in the workflow set \'Image Source\' to "Binary File".';
	const url = httpUrl(label, value, howToMend);
	if (!canReach(baseUrl, url)) {
		throw new BadInput(
			`'${label}' points into a private network, where APIXO cannot fetch it: ${shown(url)}`,
			howToMend,
		);
	}
	return { identity: url, url: () => url };
}

async function lentFrame(
	context: IExecuteFunctions,
	itemIndex: number,
	label: string,
	field: string,
	baseUrl: string,
): Promise<Frame> {
	const files = context.getInputData()[itemIndex]?.binary ?? {};
	const file = files[field];
	if (file === undefined) {
		const names = Object.keys(files).map((name) => `"${name}"`);
		const there = names.length === 0 ? 'no binary field at all' : `only ${names.join(', ')}`;
		throw new BadInput(
			`'${label}' names the binary field ${shown(field)}, but the item has ${there}`,
			`Give '${label}' the name of a binary field of the incoming item, without expression braces.`,
		);
	}
	if (!IMAGE_TYPES.some((type) => type === imageType(file))) {
		throw new BadInput(
			`'${label}' must hold a ${IMAGE_TYPE_NAMES} image, but "${field}" is ${shown(file.mimeType)}`,
			'Convert the file with the node "Edit Image" first.',
		);
	}
	const bytes = await sizeOf(context, file);
	if (bytes > IMAGE_MAX_BYTES) {
		throw new BadInput(
			`'${label}' may hold at most ${IMAGE_MAX_SIZE_NAME}, but "${field}" has ${(bytes / 1024 ** 2).toFixed(1)} MB`,
			'Make the image smaller with the node "Edit Image" first.',
		);
	}
	if (bytes === 0)
		throw new BadInput(
			`'${label}' names "${field}", which is empty`,
			'Check where the file comes from.',
		);
	lend(context, label, file, baseUrl);
	return {
		identity: `binary:${file.id}`,
		url: () => lend(context, label, file, baseUrl),
	};
}

/** A file that a Code node made may lack its type, its content or its size. */
function imageType({ mimeType }: Partial<IBinaryData>): string | undefined {
	if (typeof mimeType !== 'string') return undefined;
	return mimeType.split(';')[0]?.trim().toLowerCase().replace('image/jpg', 'image/jpeg');
}

async function sizeOf(
	context: IExecuteFunctions,
	{ id, bytes, data }: Partial<IBinaryData>,
): Promise<number> {
	if (typeof bytes === 'number') return bytes;
	if (isStored(id)) return (await context.helpers.getBinaryMetadata(id)).fileSize;
	return typeof data === 'string' ? Math.floor((data.length * 3) / 4) : 0;
}

/** Without an id the content is in the item itself. */
function isStored(id: unknown): id is string {
	return typeof id === 'string' && id !== '';
}

/** A short-lived link to the file on this n8n; throws where the service could not open it. */
function lend(
	context: IExecuteFunctions,
	label: string,
	file: IBinaryData,
	baseUrl: string,
): string {
	if (!isStored(file.id)) {
		throw new BadInput(
			`'${label}': this n8n keeps binary files in memory, so it cannot lend the image to APIXO`,
			'Set N8N_DEFAULT_BINARY_DATA_MODE to "filesystem", "database" or "s3" on this n8n, or give the image as a URL.',
		);
	}
	const url = context.helpers.createBinarySignedUrl(file, LEND_FOR);
	if (!canReach(baseUrl, url)) {
		throw new BadInput(
			`'${label}': this n8n only knows itself as ${new URL(url).origin}, where APIXO cannot fetch the image`,
			'Set WEBHOOK_URL (and N8N_EDITOR_BASE_URL) to the address of this n8n on the internet, or give the image as a URL.',
		);
	}
	return url;
}
