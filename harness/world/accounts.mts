import type { CredentialRef, N8nClient } from '../n8n/client.mts';
import type { World } from './world.mts';

/** An n8n's credentials by their types. */
export type Accounts = Record<string, CredentialRef>;

/** Gives an n8n an account at each of the world's services, as its user would: signed in with Google too. */
export async function openAccounts(n8n: N8nClient, world: World): Promise<Accounts> {
	const { slack, google, telegram, openAi, mail } = world;
	const { clientId, clientSecret } = google;
	const { host, port, user, password } = mail.account;
	const values: Record<string, Record<string, unknown>> = {
		slackApi: { accessToken: slack.token },
		telegramApi: { accessToken: telegram.token, baseUrl: 'https://api.telegram.org' },
		openAiApi: { apiKey: openAi.key },
		smtp: { host, port, user, password, secure: true },
		googleDriveOAuth2Api: { clientId, clientSecret },
		googleSheetsOAuth2Api: { clientId, clientSecret },
	};
	const accounts: Accounts = {};
	for (const [type, data] of Object.entries(values)) {
		accounts[type] = await n8n.saveCredential(`Outside world: ${type}`, type, data);
	}
	for (const type of ['googleDriveOAuth2Api', 'googleSheetsOAuth2Api']) {
		const account = accounts[type];
		if (account) await n8n.authorize(account, (url) => google.agree(url));
	}
	return accounts;
}
