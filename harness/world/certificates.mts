import { generate } from 'selfsigned';

export interface Certificates {
	/** Of the authority that n8n is told to trust; all PEM. */
	authority: string;
	certificate: string;
	key: string;
}

/** An authority that lives as long as this process, and a certificate by it for all these hosts. */
export async function makeCertificates(hosts: string[]): Promise<Certificates> {
	const common = { keyType: 'ec', algorithm: 'sha256', notAfterDate: tomorrow() } as const;
	const authority = await generate([{ name: 'commonName', value: 'The outside world' }], {
		...common,
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{ name: 'keyUsage', keyCertSign: true, critical: true },
		],
	});
	const server = await generate([{ name: 'commonName', value: hosts[0] ?? '' }], {
		...common,
		ca: { key: authority.private, cert: authority.cert },
		extensions: [
			{ name: 'basicConstraints', cA: false },
			{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
		],
	});
	return { authority: authority.cert, certificate: server.cert, key: server.private };
}

function tomorrow(): Date {
	return new Date(Date.now() + 24 * 3600 * 1000);
}
