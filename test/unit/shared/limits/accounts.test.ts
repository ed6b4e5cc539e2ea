import * as clocks from '../../../../nodes/shared/clock';
import { accountFor } from '../../../../nodes/shared/limits/accounts';
import type { Participant } from '../../../../nodes/shared/limits/turns';
import { VirtualClock } from '../../lib/virtual-clock';

const MINUTE_MS = 60_000;

/** A batch that has nothing to do. */
const idle: Participant = {
	wanted: () => 0,
	submit: () => {},
	watching: () => 0,
	dueLooks: () => [],
	lookEarly: () => false,
	tick: () => {},
	fault: () => {},
};

describe('An account', () => {
	let clock: VirtualClock;
	beforeEach(() => {
		clock = new VirtualClock();
		jest.spyOn(clocks, 'systemClock').mockImplementation(() => clock.beside());
	});
	afterEach(() => jest.restoreAllMocks());

	it('is one for all who use its base URL and key, and no other', () => {
		const account = accountFor('https://a.example/v1', 'key-1');
		expect(accountFor('https://a.example/v1', 'key-1')).toBe(account);
		expect(accountFor('https://b.example/v1', 'key-1')).not.toBe(account);
		expect(accountFor('https://a.example/v1', 'key-2')).not.toBe(account);
	});

	it('is never found by its key in clear', () => {
		const set = jest.spyOn(Map.prototype, 'set');
		accountFor('https://a.example/v1', 'a-key-in-clear');
		expect(set).toHaveBeenCalled();
		expect(JSON.stringify(set.mock.calls.map(([name]) => name))).not.toContain('a-key-in-clear');
	});

	it('keeps what it learned for a quarter of an hour after its last use, and no longer', async () => {
		const account = accountFor('https://kept.example', 'key');
		await clock.pass(14 * MINUTE_MS);
		expect(accountFor('https://kept.example', 'key')).toBe(account);
		account.join(idle);
		account.leave(idle);
		await clock.pass(14 * MINUTE_MS);
		expect(accountFor('https://kept.example', 'key')).toBe(account);
		await clock.pass(16 * MINUTE_MS);
		expect(accountFor('https://kept.example', 'key')).not.toBe(account);
	});

	it('is the same for two who come one after the other, just as it would be forgotten', async () => {
		const account = accountFor('https://late.example', 'key');
		await clock.pass(15 * MINUTE_MS);
		expect(accountFor('https://late.example', 'key')).toBe(account);
		await clock.pass(2_000);
		expect(accountFor('https://late.example', 'key')).toBe(account);
	});

	it('is not forgotten while a batch uses it, however long that takes', async () => {
		const account = accountFor('https://used.example', 'key');
		account.join(idle);
		await clock.pass(60 * MINUTE_MS);
		expect(accountFor('https://used.example', 'key')).toBe(account);
		account.leave(idle);
	});
});
