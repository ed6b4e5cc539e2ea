/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'timers/promises';

type Maybe<Found> = Found | undefined | false;

/**
 * Waits until `look` finds something, and gives that.
 *
 * @throws Error that names `what` was waited for, after `forMs`.
 */
export async function until<Found>(
	look: () => Maybe<Found> | Promise<Maybe<Found>>,
	{ what = look.toString(), forMs = 25_000, everyMs = 2 } = {},
): Promise<Found> {
	const deadline = Date.now() + forMs;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
		await sleep(everyMs);
	}
}
