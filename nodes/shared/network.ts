/** Why a call or a transfer came to no answer. */
export type NetworkFailure =
	| 'refused'
	| 'name not found'
	| 'name not looked up'
	| 'unreachable'
	| 'certificate expired'
	| 'certificate for another name'
	| 'certificate not trusted'
	| 'not secure'
	| 'blocked'
	| 'circle'
	| 'time-out'
	| 'lost';

interface Facts {
	/** Without Node's codes: n8n replaces a text that holds one by its own. */
	words: string;
	/** How to get unstuck, where another try would come to the same. */
	hint?: string;
}

const TRUST_HINT =
	'Correct the certificate, or make this n8n trust it: NODE_EXTRA_CA_CERTS names a file with further authorities.';

export const NETWORK_FAILURES: Readonly<Record<NetworkFailure, Facts>> = {
	refused: { words: 'the connection was refused' },
	'name not found': { words: 'the name of the server was not found' },
	'name not looked up': { words: 'the name of the server could not be looked up' },
	unreachable: { words: 'the server could not be reached' },
	'certificate expired': { words: "the server's certificate has expired", hint: TRUST_HINT },
	'certificate for another name': {
		words: "the server's certificate is for another name",
		hint: TRUST_HINT,
	},
	'certificate not trusted': {
		words: "the server's certificate is not trusted",
		hint: TRUST_HINT,
	},
	'not secure': {
		words: 'no secure connection could be made',
		hint: 'Check whether the address begins with the right one of http and https.',
	},
	blocked: {
		words: "n8n's protection against server-side request forgery does not allow this address",
		hint: 'Whoever runs this n8n can allow it: N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES.',
	},
	circle: {
		words: 'the address leads to another one over and over',
		hint: 'Check the address.',
	},
	'time-out': { words: 'no whole answer came in time' },
	lost: { words: 'the connection was lost' },
};

/** Node's codes (errors, dns, tls), and axios's. */
const BY_CODE: ReadonlyMap<unknown, NetworkFailure> = new Map([
	['ECONNREFUSED', 'refused'],
	['ENOTFOUND', 'name not found'],
	['EAI_AGAIN', 'name not looked up'],
	['EHOSTUNREACH', 'unreachable'],
	['ENETUNREACH', 'unreachable'],
	['CERT_HAS_EXPIRED', 'certificate expired'],
	['CERT_NOT_YET_VALID', 'certificate expired'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate for another name'],
	['HOSTNAME_MISMATCH', 'certificate for another name'],
	['ERR_FR_TOO_MANY_REDIRECTS', 'circle'],
	['ETIMEDOUT', 'time-out'],
	['ECONNABORTED', 'time-out'],
]);

/** Codes for a certificate that nobody vouches for. (Node.js, X509 certificate error codes) */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_CA|INVALID_PURPOSE)/;

/** A handshake that failed, in OpenSSL's words or codes. */
const HANDSHAKE = /(wrong.version.number|handshake.failure|unsupported.protocol|protocol.version)/i;

/** n8n's own words and names, from 2.x on. */
const BLOCKED = /^(SsrfBlocked|The request was blocked because)/;

/** Node's words for a server that hangs up during the handshake. */
const BEFORE_SECURE = 'before secure TLS connection was established';

/** Nothing was sent: there never was a connection, or not a safe one, and the request waits for that. */
const NEVER_SENT: ReadonlySet<NetworkFailure> = new Set<NetworkFailure>([
	'refused',
	'name not found',
	'name not looked up',
	'unreachable',
	'certificate expired',
	'certificate for another name',
	'certificate not trusted',
	'not secure',
	'blocked',
]);

/**
 * What an error of n8n's helpers means. It may be n8n's wrapping of one, which differs between its
 * versions: 1.123 keeps the code alone, 2.41 the error with its causes.
 */
export function networkFailureOf(error: unknown): {
	failure: NetworkFailure;
	/** False where surely nothing was sent. */
	maybeSent: boolean;
} {
	const links = chainOf(error);
	const failure = links.map(failureIn).find((found) => found !== undefined) ?? 'lost';
	const neverSent = NEVER_SENT.has(failure) || links.some(isBeforeSending);
	return { failure, maybeSent: !neverSent };
}

/** The error, and what it wraps. */
function chainOf(error: unknown): ErrorLike[] {
	const links: ErrorLike[] = [];
	for (let link = error; isObject(link) && links.length < 6; ) {
		const { cause, errors } = link;
		links.push(link);
		// Where several addresses were tried, each has failed in its own way.
		link = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
	}
	return links;
}

type ErrorLike = Record<string, unknown>;

const isObject = (value: unknown): value is ErrorLike =>
	typeof value === 'object' && value !== null;

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function failureIn({ code, httpCode, name, message }: ErrorLike): NetworkFailure | undefined {
	const failure = BY_CODE.get(code) ?? BY_CODE.get(httpCode);
	if (failure !== undefined) return failure;
	const codes = [code, httpCode].filter((one) => typeof one === 'string');
	if (codes.some((one) => UNTRUSTED.test(one))) return 'certificate not trusted';
	const isTls = codes.some((one) => one === 'EPROTO' || one.startsWith('ERR_SSL_'));
	if (isTls && HANDSHAKE.test(`${codes.join()} ${textOf(message)}`)) return 'not secure';
	return BLOCKED.test(textOf(name)) || BLOCKED.test(textOf(message)) ? 'blocked' : undefined;
}

function isBeforeSending({ syscall, message }: ErrorLike): boolean {
	return syscall === 'connect' || textOf(message).includes(BEFORE_SECURE);
}
