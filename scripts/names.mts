/** `npm run names`: adds new names to the list of those that are for ever. Takes none away. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT } from '../harness/checkout.ts';

const jest = join(CHECKOUT, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(process.execPath, [jest, 'test/engine/names.test.ts'], {
	cwd: CHECKOUT,
	stdio: 'inherit',
	env: { ...process.env, APIXO_NAMES: 'add' },
});
console.log('See what it added: git diff test/fixtures/names.json');
process.exitCode = status ?? 1;
