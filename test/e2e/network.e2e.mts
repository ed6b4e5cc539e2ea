import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { saveApixoCredential } from '../../harness/n8n/setup.mts';
import { chain } from '../../harness/n8n/workflow.mts';
import { openOwnStage, type OwnStage, SHARED_ENVIRONMENT, VERSION } from './stage.mts';

/** n8n 1.x has no such protection. */
const HAS_PROTECTION = !VERSION.startsWith('1.');

/** The sandbox is allowed, every other address of this machine is not. */
const PROTECTED = {
	...SHARED_ENVIRONMENT,
	N8N_SSRF_PROTECTION_ENABLED: 'true',
	N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32',
};

interface Case {
	origin: string;
	/** What is said of an order, and of a clip. */
	words: RegExp;
	/** How to get unstuck. */
	hint: RegExp;
}

describe(`What keeps n8n ${VERSION} from the other side is told as what it is`, () => {
	let stage: OwnStage;
	let cases: Record<string, Case>;
	/** An https server with a certificate that nobody vouches for. */
	const untrusted = createServer();
	let requests = 0;
	before(async () => {
		stage = await openOwnStage('network', PROTECTED);
		const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(stage.folder, name));
		const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
		const files = ['-keyout', String(key), '-out', String(cert)];
		execFileSync(
			'openssl',
			['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject],
			{
				stdio: 'ignore',
			},
		);
		untrusted.setSecureContext({
			key: readFileSync(String(key)),
			cert: readFileSync(String(cert)),
		});
		untrusted.on('request', () => requests++);
		await new Promise<void>((listening) => untrusted.listen(0, '127.0.0.1', listening));
		const { port } = untrusted.address() as AddressInfo;
		const reach = /can reach the Base URL/;
		cases = {
			'an untrusted certificate': {
				origin: `https://127.0.0.1:${port}`,
				words: /the server's certificate is not trusted/,
				hint: /NODE_EXTRA_CA_CERTS/,
			},
			'a name that is not found': {
				origin: 'http://nowhere.invalid',
				words: /the name of the server was not found|could not be looked up/,
				hint: reach,
			},
			'a refused connection': {
				origin: 'http://127.0.0.1:1',
				words: /the connection was refused/,
				hint: reach,
			},
			...(HAS_PROTECTION && {
				"n8n's own protection": {
					origin: 'http://127.0.0.2:1',
					words: /protection against server-side request forgery does not allow this address/,
					hint: /N8N_SSRF_ALLOWED_HOSTNAMES/,
				},
			}),
		};
	});
	after(async () => {
		untrusted.close();
		await stage.close();
	});

	test('on the way to the service: nothing was submitted', async () => {
		for (const [name, { origin, words, hint }] of Object.entries(cases)) {
			const { apiKey } = stage.sandbox;
			const credential = await saveApixoCredential(stage.n8n, { apiKey, baseUrl: origin }, name);
			const nodes = [manualTrigger(), generate(credential, name)];
			const done = await stage.n8n.run(await stage.n8n.createWorkflow(chain(name, nodes)));
			assert.equal(done.status, 'error', name);
			assert.match(String(done.error?.message), /could not be submitted: .*Nothing was submitted$/);
			assert.match(String(done.error?.message), words);
			assert.match(String(done.error?.description), hint);
		}
		assert.equal(requests, 0, 'an untrusted server saw the key');
	});

	test('on the way to the clip: the item has its links, and the reason', async () => {
		for (const [name, { origin, words }] of Object.entries(cases)) {
			const data = { taskId: '{taskId}', state: 'success', resultJson: [`${origin}/v.mp4`] };
			const answer = { kind: 'reply', json: { code: 200, message: 'success', data } } as const;
			stage.sandbox.faults.add({ on: 'read', ...answer, times: 'always', prompt: `Clip, ${name}` });
			const node = generate(stage.credential, `Clip, ${name}`, { downloadVideo: true });
			const workflow = chain(`Clip, ${name}`, [manualTrigger(), node]);
			const done = await stage.n8n.run(await stage.n8n.createWorkflow(workflow));
			assert.equal(done.status, 'success', done.error?.message);
			const [item] = done.items('APIXO');
			assert.equal(item?.json.videoUrl, `${origin}/v.mp4`);
			assert.match(String(item?.json.downloadError), words);
		}
		assert.equal(requests, 0);
	});
});
