import { accountFor } from '../../../../nodes/shared/limits/accounts';

describe('An account', () => {
	it('is one for all who use its base URL and key, and no other', () => {
		const account = accountFor('https://a.example/v1', 'key-1');
		expect(accountFor('https://a.example/v1', 'key-1')).toBe(account);
		expect(accountFor('https://b.example/v1', 'key-1')).not.toBe(account);
		expect(accountFor('https://a.example/v1', 'key-2')).not.toBe(account);
	});
});
