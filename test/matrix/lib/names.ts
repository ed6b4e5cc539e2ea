/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import dns, { type LookupAddress, type LookupOptions } from 'dns';

/** What goes wrong before there is a connection. */
export type NetworkFault = 'refused' | 'name not found';

/** The sandbox listens on the first; on the second nobody does, so connections there are refused. */
const SANDBOX = '127.0.0.1';
const NOBODY = '127.0.0.2';

interface Trouble {
	fault: NetworkFault;
	/** How many look-ups it hits. */
	times: number;
	/** Whether it has begun. */
	since: () => boolean;
}

type Told = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Answers for names below `.localhost`, of which each cell has its own; others are looked up as usual. The
 * engine makes a connection for each request, so each request looks its name up.
 */
export class Names {
	private readonly troubles = new Map<string, Trouble>();

	install(): void {
		const real = dns.lookup as (host: string, options: LookupOptions, tell: Told) => void;
		const lookup = (host: string, options: LookupOptions, tell: Told) => {
			if (!host.endsWith('.localhost')) return real(host, options, tell);
			process.nextTick(() => this.answer(host, options, tell));
		};
		jest.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup);
	}

	trouble(host: string, trouble: Trouble): void {
		this.troubles.set(host, trouble);
	}

	heal(host: string): void {
		this.troubles.delete(host);
	}

	private answer(host: string, { all }: LookupOptions, tell: Told): void {
		const trouble = this.troubles.get(host);
		const hit = trouble !== undefined && trouble.times > 0 && trouble.since();
		if (hit) trouble.times--;
		if (hit && trouble.fault === 'name not found') {
			const code = 'ENOTFOUND';
			const error = new Error(`getaddrinfo ${code} ${host}`);
			return tell(Object.assign(error, { code, syscall: 'getaddrinfo', hostname: host }), '');
		}
		const address = hit ? NOBODY : SANDBOX;
		if (all === true) tell(null, [{ address, family: 4 }]);
		else tell(null, address, 4);
	}
}
