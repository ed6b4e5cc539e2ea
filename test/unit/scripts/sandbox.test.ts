import { until } from '../../../harness/until';
import { PROMPT_KEYS } from '../../../sandbox';
import { script } from '../lib/command';
import { Client, open } from '../sandbox/lib/client';

/** Each starts Node anew, which takes its time on a busy machine. */
jest.setTimeout(90_000);

const sandboxWith = (...args: string[]) => script('scripts/sandbox.mts', args);

describe('npm run sandbox', () => {
	it.each(['SIGINT', 'SIGTERM'] as const)(
		'tells how to use it, tells the life of a task, and ends cleanly on %s',
		async (signal) => {
			const command = sandboxWith('--port', '0', '--time-scale', '1000');
			await command.prints(/Ctrl-C stops/);
			const help = command.printed;
			const [baseUrl = ''] = /http:\/\/127\.0\.0\.1:\d+\/api\/v1/.exec(help) ?? [];
			expect(help).toContain(baseUrl.replace('127.0.0.1', 'host.docker.internal'));
			expect(help).toContain('Nothing here costs money');
			const [, apiKey = ''] = /API Key +(\S+)/.exec(help) ?? [];
			for (const { key, value } of PROMPT_KEYS) {
				expect(help).toContain(value === undefined ? `  ${key} ` : `  ${key}=${value} `);
			}

			const { sandbox } = await open();
			const client = new Client({ ...sandbox, baseUrl, apiKey });
			const taskId = await client.submitted('[sandbox: fail=NSFW]');
			await until(() => command.printed.includes('NSFW: $'));
			const life = command.printed.split('\n').filter((line) => line.includes(taskId));
			expect(life[0]).toMatch(/submitted: text-to-video, 5 s/);
			expect(life[1]).toMatch(/charged \$0\.02, \$99\.98 left/);
			expect(life.at(-1)).toMatch(/NSFW: \$0\.02 given back/);

			await client.submit('[sandbox: never-ends]');
			command.signal(signal);
			expect(await command.ended).toBe(0);
			expect(command.printed).toMatch(/The sandbox has stopped\.\n$/);
		},
	);

	it('has the limits of a plan, and counts what it refused if told so', async () => {
		const limits = ['--concurrent-tasks', '2', '--requests-per-minute', '3'];
		const command = sandboxWith(
			'--port',
			'0',
			'--counts-refused',
			'--limiter',
			'bucket',
			...limits,
		);
		await command.prints(/Ctrl-C stops/);
		const [baseUrl = ''] = /http:\/\/127\.0\.0\.1:\d+\/api\/v1/.exec(command.printed) ?? [];
		const { sandbox } = await open();
		const client = new Client({ ...sandbox, baseUrl, apiKey: 'sandbox-key' });
		for (let nth = 0; nth < 5; nth++) await client.submit('A boat');
		await until(() => command.printed.split('429').length > 3);
		expect(command.printed.match(/429: .*/g)).toEqual([
			expect.stringContaining('Too many concurrent tasks'),
			...new Array<unknown>(2).fill(expect.stringContaining('Rate limit exceeded')),
		]);
		command.signal('SIGTERM');
		expect(await command.ended).toBe(0);
	});

	it('says that the port is taken', async () => {
		const { sandbox } = await open();
		const { port } = new URL(sandbox.origin);
		const command = sandboxWith('--port', port);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain(`Port ${port} is taken`);
		expect(command.printed).toContain(`--port ${Number(port) + 1}`);
	});

	it.each([
		[['--port', 'http'], '--port takes a number from 0 to 65535, not "http"'],
		[['--port', '65536'], 'not "65536"'],
		[['--port', ''], 'not ""'],
		[['--time-scale', '0'], '--time-scale takes a number above 0, not "0"'],
		[['--limiter', 'leaky'], '--limiter takes sliding, fixed, bucket, not "leaky"'],
		[['--concurrent-tasks', '0'], '--concurrent-tasks takes a whole number above 0, not "0"'],
		[['--requests-per-minute', 'x'], '--requests-per-minute takes a whole number above 0, not "x"'],
		[['--speed', '2'], "Unknown option '--speed'"],
		[['4010'], "Unexpected argument '4010'"],
	])('refuses %j with the reason', async (args, reason) => {
		const command = sandboxWith(...args);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain(reason);
		expect(command.printed).toContain('--help');
	});

	it('explains itself', async () => {
		const command = sandboxWith('--help');
		expect(await command.ended).toBe(0);
		for (const option of ['--port', '--time-scale', '--limiter', '--counts-refused', '--help']) {
			expect(command.printed).toContain(option);
		}
	});
});
