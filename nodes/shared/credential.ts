import { badBaseUrl, badKey, type Problem } from './errors';
import { cleanKey, isSendable } from './key';
import { hasUserInfo, isHttpUrl } from './urls';

/** The credential, as far as this package reads it itself. */
export interface Credential {
	kind: 'credential';
	/** Without a slash at the end. */
	baseUrl: string;
	apiKey: string;
}

/**
 * Its fields may be expressions, and hold anything. Gives a problem where no request could be made of them, or
 * one that would carry something else than the key.
 */
export function readCredential(
	data: Record<string, unknown>,
): Credential | { kind: 'problem'; problem: Problem } {
	const baseUrl = typeof data.baseUrl === 'string' ? data.baseUrl.trim().replace(/\/+$/, '') : '';
	if (!isHttpUrl(baseUrl)) return { kind: 'problem', problem: badBaseUrl('absolute') };
	if (hasUserInfo(baseUrl)) return { kind: 'problem', problem: badBaseUrl('no user info') };
	const apiKey = cleanKey(data.apiKey);
	if (!isSendable(apiKey)) return { kind: 'problem', problem: badKey() };
	return { kind: 'credential', baseUrl, apiKey };
}
