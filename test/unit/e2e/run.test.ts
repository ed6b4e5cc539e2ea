import { script } from '../lib/command';

/** Each starts Node.js anew, which takes its time on a busy machine. */
jest.setTimeout(60_000);

const RUN = 'test/e2e/run.mts';

/** A machine without a browser and Redis. */
const BARE = { CHROMIUM_PATH: '/nowhere/chromium', PATH: '/nowhere' };

describe('npm run test:e2e', () => {
	it('says at once all that is missing, how to get it, and how to go without', async () => {
		const only = ['agent', 'browser', 'queue'].flatMap((name) => ['--only', name]);
		const command = script(RUN, only, BARE);
		expect(await command.ended).toBe(1);
		expect(command.printed).toContain('CHROMIUM_PATH names /nowhere/chromium, which is not there');
		expect(command.printed).toContain('apt-get install -y chromium');
		expect(command.printed).toContain('apt-get install -y redis-server');
		expect(command.printed).toMatch(/go without: npm run test:e2e -- --only agent\n$/);
	});

	it('asks for nothing that the tests it was told to run do not need', async () => {
		const command = script(RUN, ['--only', 'queue'], BARE);
		expect(await command.ended).toBe(1);
		expect(command.printed).not.toContain('chromium');
	});

	it('says which tests there are', async () => {
		const command = script(RUN, ['--only', 'nonsense']);
		expect(await command.ended).toBe(1);
		expect(command.printed).toMatch(/--only takes agent, .*browser, .*, not "nonsense"/);
	});
});
