import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { DEFAULT_BASE_URL, KEYS_PAGE, PATHS, PRICES_PAGE } from '../nodes/shared/contract';
import { readCredential } from '../nodes/shared/credential';

const WRONG_KEY = 'APIXO does not accept this API key. Check that it was copied as a whole.';
const WRONG_URL = 'This address does not answer like APIXO. Check the Base URL.';

const STATUS_RULES: IAuthenticateRuleResponseCode[] = [
	[401, WRONG_KEY],
	[403, WRONG_KEY],
	[404, WRONG_URL],
].map(([value, message]) => ({
	type: 'responseCode' as const,
	properties: { value: Number(value), message: String(message) },
}));

/** The service may answer HTTP 200 with the refusal in the body alone; a web page has no code at all. */
const BODY_RULES: IAuthenticateRuleResponseSuccessBody[] = [
	[401, WRONG_KEY],
	[403, WRONG_KEY],
	[404, WRONG_URL],
	[429, 'APIXO is being asked too often with this key right now. Wait a minute and retry.'],
	[500, 'APIXO has a problem right now. Retry later.'],
	[503, 'APIXO is busy right now. Retry later.'],
	[undefined, WRONG_URL],
].map(([value, message]) => ({
	type: 'responseSuccessBody' as const,
	properties: { key: 'code', value, message: String(message) },
}));

export class ApixoApi implements ICredentialType {
	name = 'apixoApi';

	displayName = 'APIXO API';

	icon: Icon = { light: 'file:../icons/apixo.svg', dark: 'file:../icons/apixo.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-apixo/n8n-nodes-apixo/blob/main/docs/reference.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: `No key yet? See <a href="${KEYS_PAGE}" target="_blank">how to get one</a> and <a href="${PRICES_PAGE}" target="_blank">what videos cost</a>.`,
			name: 'keyNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: `Made in the APIXO console. See <a href="${KEYS_PAGE}">how to get a key</a>.`,
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: DEFAULT_BASE_URL,
			description: 'Change it only for a proxy, or for the sandbox of this package',
		},
	];

	/** No expression: n8n would evaluate it for each request, which takes longer than sending the request. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const credential = readCredential(credentials);
		// Only the credential's own test comes here with such a one, and shows this text.
		if (credential.kind === 'problem') throw new Error(credential.problem.message);
		const Authorization = `Bearer ${credential.apiKey}`;
		return { ...request, headers: { ...request.headers, Authorization } };
	}

	/** Reading the balance is free. */
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
			url: PATHS.balance,
			disableFollowRedirect: true,
		},
		// n8n's type wants rules of one kind, its credential tester reads both.
		rules: [...STATUS_RULES, ...BODY_RULES] as ICredentialTestRequest['rules'],
	};
}
