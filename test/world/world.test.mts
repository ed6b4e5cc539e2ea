import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../harness/n8n/process.mts';
import { channels, spreadsheets } from '../../harness/world/furniture.mts';
import { startWorld, type World } from '../../harness/world/world.mts';

const run = promisify(execFile);

/** What a request's sender sees. */
interface Seen {
	status?: number;
	text?: string;
	location?: string | null;
	error?: string;
}

describe('The outside world', () => {
	let world: World;
	before(async () => {
		const folder = temporaryFolder('world');
		world = await startWorld({ folder, channels: channels(), spreadsheets: spreadsheets() });
	});
	after(async () => await world.close());

	/** Requests made one after the other by a process that lives in this world, as n8n does. */
	const ask = async (...requests: Array<[url: string, init?: RequestInit]>): Promise<Seen[]> => {
		const script = `
			const seen = [];
			for (const [url, init] of ${JSON.stringify(requests)}) {
				try {
					const answer = await fetch(url, init);
					const { status } = answer;
					seen.push({ status, text: await answer.text(), location: answer.headers.get('location') });
				} catch (error) {
					seen.push({ error: String(error.cause?.message ?? error) });
				}
			}
			console.log(JSON.stringify(seen));`;
		const env = { ...process.env, ...world.environment };
		const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env });
		return JSON.parse(stdout) as Seen[];
	};

	/** The breaches that `act` caused. */
	const breachesOf = async (act: () => Promise<unknown>): Promise<string[]> => {
		const before = world.breaches.length;
		await act();
		return world.breaches.slice(before);
	};

	const json = (token: string, body: unknown, headers = {}): RequestInit => ({
		method: 'POST',
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body),
	});

	const form = (values: Record<string, string>): RequestInit => ({
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams(values).toString(),
	});

	const token = async (scope: string): Promise<string> => {
		const { clientId, clientSecret } = world.google;
		const redirect_uri = 'http://127.0.0.1/back';
		const asked = { client_id: clientId, redirect_uri, response_type: 'code', scope };
		const query = new URLSearchParams({ ...asked, state: 's', access_type: 'offline' });
		const back = new URL(world.google.agree(`https://accounts.google.com/auth?${query}`));
		const order = {
			grant_type: 'authorization_code',
			code: back.searchParams.get('code') ?? '',
			redirect_uri,
			client_id: clientId,
			client_secret: clientSecret,
		};
		const url = 'https://oauth2.googleapis.com/token';
		const [first, second] = await ask([url, form(order)], [url, form(order)]);
		assert.equal(second?.status, 400, 'a code is good for one token');
		return (JSON.parse(first?.text ?? '') as { access_token: string }).access_token;
	};

	test('what nothing stands in for is refused and noted; this machine is not', async () => {
		const own = `http://127.0.0.1:${world.mail.account.port}`;
		const [slack, example, byNumber, here] = await ask(
			['https://slack.com/api/users.profile.get'],
			['https://example.com/'],
			['http://192.0.2.1/'],
			[own],
		);
		assert.deepEqual(JSON.parse(slack?.text ?? ''), { ok: false, error: 'invalid_auth' });
		assert.match(example?.error ?? '', /example\.com is outside this machine/);
		assert.match(byNumber?.error ?? '', /192\.0\.2\.1 is outside this machine/);
		assert.doesNotMatch(here?.error ?? '', /outside/);
		assert.deepEqual(world.refused(), ['example.com', '192.0.2.1']);
	});

	test('Slack takes no message for a channel that is not there or that the bot is not in', async () => {
		const url = 'https://slack.com/api/chat.postMessage';
		const post = (channel: string): [string, RequestInit] => [
			url,
			json(world.slack.token, { channel, text: 'Hello' }),
		];
		const seen = await ask(post('#launch'), post('C0MANAGEMENT'), post('nowhere'));
		const errors = seen.map(({ text }) => (JSON.parse(text ?? '') as { error?: string }).error);
		assert.deepEqual(errors, [undefined, 'not_in_channel', 'channel_not_found']);
		assert.equal(world.slack.messages.length, 1);
	});

	test('a message without text, and a call that has no stand-in, are breaches', async () => {
		const found = await breachesOf(async () => {
			const { token } = world.slack;
			await ask(
				['https://slack.com/api/chat.postMessage', json(token, { channel: 'launch' })],
				['https://slack.com/api/chat.delete', json(token, {})],
			);
		});
		assert.equal(found.length, 2);
		assert.match(found[0] ?? '', /no_text/);
		assert.match(found[1] ?? '', /chat\.delete has no stand-in/);
	});

	test('Drive wants a token with its scope, and the parts of a file without a gap', async () => {
		const scope = 'https://www.googleapis.com/auth/drive';
		const url = 'https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable';
		const file = { name: 'a.mp4', parents: ['root'] };
		const other = await token('https://www.googleapis.com/auth/spreadsheets');
		const right = await token(scope);
		const [none, wrong, begun] = await ask(
			[url, json('made-up', file)],
			[url, json(other, file)],
			[url, json(right, file, { 'x-upload-content-type': 'video/mp4' })],
		);
		assert.deepEqual([none?.status, wrong?.status, begun?.status], [401, 403, 200]);
		const part = (range: string, body: string): [string, RequestInit] => [
			begun?.location ?? '',
			{ method: 'PUT', headers: { 'content-range': range }, body },
		];
		const found = await breachesOf(async () => {
			const [gap, all] = await ask(part('bytes 4-7/8', 'late'), part('bytes 0-3/4', 'clip'));
			assert.deepEqual([gap?.status, all?.status], [400, 200]);
		});
		assert.equal(found.length, 1);
		const [kept] = world.drive.files;
		assert.deepEqual([kept?.name, kept?.type, String(kept?.bytes)], ['a.mp4', 'video/mp4', 'clip']);
	});

	test('Sheets reads and writes the cells that a range names', async () => {
		const right = await token('https://www.googleapis.com/auth/spreadsheets');
		const sheet = 'https://sheets.googleapis.com/v4/spreadsheets/ID-OF-YOUR-SPREADSHEET';
		const headers = { authorization: `Bearer ${right}` };
		const data = [{ range: 'Videos!C3', values: [['ready']] }];
		const [written, read, unknown] = await ask(
			[`${sheet}/values:batchUpdate`, json(right, { valueInputOption: 'RAW', data })],
			[`${sheet}/values/Videos!A3:C3`, { headers }],
			[`${sheet}/values/Other!A1`, { headers }],
		);
		assert.deepEqual([written?.status, read?.status, unknown?.status], [200, 200, 400]);
		const { values } = JSON.parse(read?.text ?? '') as { values: string[][] };
		assert.deepEqual(values, [
			[world.sheets.spreadsheets[0]?.rows[2]?.[0], ...values[0]!.slice(1)],
		]);
		assert.equal(values[0]?.[2], 'ready');
	});

	test('the language model calls a tool once for each line, one after the other, until somebody says no', async () => {
		const url = 'https://api.openai.com/v1/chat/completions';
		const schema = { type: 'object', properties: { prompt: { type: 'string' } } };
		const tools = [{ type: 'function', function: { name: 'make', parameters: schema } }];
		const chat = (...told: string[]): [string, RequestInit] => {
			const user = { role: 'user', content: 'A fox\nAn owl' };
			const messages = [user, ...told.map((content) => ({ role: 'tool', content }))];
			return [url, json(world.openAi.key, { model: 'any', messages, tools })];
		};
		const said = await ask(chat(), chat('fox.mp4'), chat('fox.mp4', 'owl.mp4'));
		assert.deepEqual(said.map(told), [
			'{"prompt":"A fox"}',
			'{"prompt":"An owl"}',
			'fox.mp4\nowl.mp4',
		]);
		const no = 'User rejected the tool call to make.';
		assert.deepEqual((await ask(chat(no))).map(told), [no]);

		const [stranger, empty] = await ask(
			[url, json('sk-made-up', {})],
			[url, json(world.openAi.key, { model: 'any', messages: [] })],
		);
		assert.deepEqual([stranger?.status, empty?.status], [401, 400]);
	});
});

/** What a language model answered: the arguments of its call, or its words. */
function told({ text }: Seen): string | undefined {
	const { choices } = JSON.parse(text ?? '') as { choices: Array<{ message: Answer }> };
	const message = choices[0]?.message;
	return message?.tool_calls?.[0]?.function.arguments ?? message?.content ?? undefined;
}

interface Answer {
	content: string | null;
	tool_calls?: Array<{ function: { arguments: string } }>;
}
