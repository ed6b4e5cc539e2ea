import { createHmac, randomBytes } from 'crypto';

import { systemClock } from '../clock';
import { Account } from './account';

/** What was learned about an account is kept for so long after its last use. */
const KEPT_FOR_MS = 15 * 60_000;

/** The accounts that this process uses, by a hash, so that no key is held in clear. */
const accounts = new Map<string, Account>();
const salt = randomBytes(32);

/** The account that all executions and callbacks of this process share, by base URL and key. */
export function accountFor(baseUrl: string, apiKey: string): Account {
	const name = createHmac('sha256', salt).update(`${baseUrl}\n${apiKey}`).digest('hex');
	forgetUnused();
	const account = accounts.get(name) ?? new Account(systemClock());
	accounts.set(name, account);
	account.touch();
	return account;
}

function forgetUnused(): void {
	for (const [name, account] of accounts) {
		if (account.unusedFor(account.clock.now()) > KEPT_FOR_MS) accounts.delete(name);
	}
}
