import type { Model } from '../../../shared/contract';
import type { Session } from '../../../shared/session';
import { MAX_CALLBACK_URL_LENGTH, signCallbackUrl } from '../../../shared/signing';
import { canReach, isLocalUrl } from '../../../shared/urls';
import { BadInput, httpUrl, shown } from '../check';
import { GENERATE, type GenerateReader } from './parameters';

const URL_LABEL = GENERATE.callbackUrl.label;
const METADATA_LABEL = GENERATE.callbackMetadata.label;

const HOW_TO_MEND =
	'Paste the production URL of an APIXO Trigger node; it starts with https:// and the address of your n8n on the internet.';

/** The URL that the service is to call for one item's task, with its metadata. Throws `BadInput`. */
export function readCallbackUrl(read: GenerateReader, model: Model, session: Session): string {
	const url = httpUrl(URL_LABEL, read.raw('callbackUrl'), HOW_TO_MEND);
	const sandboxed = isLocalUrl(session.baseUrl);
	if (!canReach(session.baseUrl, url) || (!sandboxed && new URL(url).protocol !== 'https:')) {
		throw new BadInput(
			`'${URL_LABEL}' must be a public https URL, because APIXO calls it, but is ${shown(url)}`,
			HOW_TO_MEND,
		);
	}
	const metadata = readMetadataOption(read.raw('callbackMetadata'));
	const target = signCallbackUrl(url, model, metadata, session.apiKey);
	if (target.length > MAX_CALLBACK_URL_LENGTH) {
		throw new BadInput(
			`'${METADATA_LABEL}' is too long: it travels in the callback URL, which may have at most ${MAX_CALLBACK_URL_LENGTH} characters, and would have ${target.length}`,
			`Shorten '${METADATA_LABEL}': keep an ID in it, and look the rest up when the video comes.`,
		);
	}
	return target;
}

/** As typed it is text; from an expression it may be any JSON value. Nothing and `{}` mean none. */
function readMetadataOption(value: unknown): unknown {
	if (typeof value === 'string' && value.trim() === '') return undefined;
	const metadata = typeof value === 'string' ? parseJson(value) : value;
	if (metadata === undefined) {
		throw new BadInput(
			`'${METADATA_LABEL}' must be JSON, but is ${shown(value)}`,
			'Write it with double quotes around names and texts, such as { "row": 7 }.',
		);
	}
	return JSON.stringify(metadata) === '{}' ? undefined : metadata;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
