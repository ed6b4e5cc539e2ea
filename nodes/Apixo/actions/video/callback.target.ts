import type { IDataObject } from 'n8n-workflow';

import { MAX_CALLBACK_URL_LENGTH, withMetadata } from '../../../shared/callback';
import { isLocalUrl } from '../../../shared/urls';
import { BadInput, httpUrl, shown } from '../../tasks/check';
import type { Session } from '../session';
import { LABELS } from './labels';
import type { Read } from './parameters';

const HOW_TO_MEND =
	'Paste the production URL of an APIXO Trigger node; it starts with https:// and the address of your n8n on the internet.';

/** The URL that the service is to call for one item's task, with its metadata. Throws `BadInput`. */
export function readCallbackUrl(read: Read, options: IDataObject, session: Session): string {
	const url = httpUrl(LABELS.callbackUrl, read('callbackUrl', ''), HOW_TO_MEND);
	const sandboxed = isLocalUrl(session.baseUrl);
	if (!sandboxed && (isLocalUrl(url) || new URL(url).protocol !== 'https:')) {
		throw new BadInput(
			`'${LABELS.callbackUrl}' must be a public https URL, because APIXO calls it, but is ${shown(url)}`,
			HOW_TO_MEND,
		);
	}
	const metadata = readMetadataOption(options.callbackMetadata);
	const target = metadata === undefined ? url : withMetadata(url, metadata, session.apiKey);
	if (target.length > MAX_CALLBACK_URL_LENGTH) {
		throw new BadInput(
			`'${LABELS.callbackMetadata}' is too long: it travels in the callback URL, which may have at most ${MAX_CALLBACK_URL_LENGTH} characters, and would have ${target.length}`,
			`Shorten '${LABELS.callbackMetadata}': keep an ID in it, and look the rest up when the video comes.`,
		);
	}
	return target;
}

/** As typed it is text; from an expression it may be any JSON value. Nothing and `{}` mean none. */
function readMetadataOption(value: unknown): unknown {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'string' && value.trim() === '') return undefined;
	const metadata = typeof value === 'string' ? parseJson(value) : value;
	if (metadata === undefined) {
		throw new BadInput(
			`'${LABELS.callbackMetadata}' must be JSON, but is ${shown(value)}`,
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
