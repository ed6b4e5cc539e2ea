import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CREDENTIAL_TYPE } from '../../harness/n8n/setup.mts';
import { openStage, type Stage, VERSION } from './stage.mts';

/** There n8n has its own texts for HTTP errors, and asks the credential for texts only about answers. */
const IS_1X = VERSION.startsWith('1.');

describe(`The credential, on n8n ${VERSION}`, () => {
	let stage: Stage;
	before(async () => {
		stage = await openStage();
	});
	after(async () => await stage.close());

	const testing = async (values: { apiKey?: string; baseUrl?: string }) => {
		const { apiKey, baseUrl } = { ...stage.sandbox, ...values };
		return await stage.n8n.testCredential(stage.credential, CREDENTIAL_TYPE, { apiKey, baseUrl });
	};

	test('passes its test with the right key', async () => {
		assert.equal((await testing({})).status, 'OK');
	});

	test('passes with what a copy brings along: spaces around the key, a slash behind the URL', async () => {
		const { apiKey, baseUrl } = stage.sandbox;
		const values = { apiKey: ` ${apiKey} \n`, baseUrl: ` ${baseUrl}/ ` };
		assert.equal((await testing(values)).status, 'OK');
	});

	test('says that a wrong key is not accepted', async () => {
		const result = await testing({ apiKey: 'nonsense' });
		assert.equal(result.status, 'Error');
		assert.match(result.message, IS_1X ? /Authorization failed/ : /does not accept this API key/);
	});

	test('says so too when the service tells it in the body alone', async () => {
		const strict = await openStage({ unauthorizedAs: 'body' });
		const { baseUrl } = strict.sandbox;
		const result = await testing({ apiKey: 'nonsense', baseUrl });
		assert.equal(result.status, 'Error');
		assert.match(result.message, /does not accept this API key/);
		await strict.sandbox.close();
	});

	test('says that an address is not that of APIXO', async () => {
		const { baseUrl } = stage.sandbox;
		const result = await testing({ baseUrl: new URL('/nowhere', baseUrl).href });
		assert.equal(result.status, 'Error');
		assert.match(result.message, IS_1X ? /could not be found/ : /Check the Base URL/);
	});
});
