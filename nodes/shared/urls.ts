/** Whether `value` is an absolute http or https URL. */
export function isHttpUrl(value: unknown): value is string {
	// The parser would also take "http:host", which is not absolute.
	return typeof value === 'string' && /^https?:\/\//i.test(value) && parseUrl(value) !== undefined;
}

/** Whether the URL's host means "this very machine", so that no other one can reach it. */
export function isLocalUrl(value: string): boolean {
	const host = parseUrl(value)?.hostname ?? '';
	return (
		host === 'localhost' ||
		host.endsWith('.localhost') ||
		host.startsWith('127.') ||
		host === '0.0.0.0' ||
		host === '[::1]' ||
		host === '[::]'
	);
}

/** Whether the service at `baseUrl` can reach `url`. A sandbox on a private network reaches that too. */
export function canReach(baseUrl: string, url: string): boolean {
	return !isPrivateUrl(url) || isPrivateUrl(baseUrl);
}

/** Whether no outsider can reach the URL's host: this machine, or one of a private network. */
function isPrivateUrl(value: string): boolean {
	const host = parseUrl(value)?.hostname.replace(/\.$/, '') ?? '';
	if (isLocalUrl(value)) return true;
	if (host.startsWith('[')) return PRIVATE_IPV6.test(host);
	if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.some((range) => range.test(host));
	return !host.includes('.') || PRIVATE_DOMAINS.test(host);
}

/** RFC 1918, 3927 and 6598: private, link-local and shared addresses. */
const PRIVATE_IPV4 = [
	/^10\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^192\.168\./,
	/^169\.254\./,
	/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
];

/** RFC 4193 and 4291: unique local and link-local addresses, and IPv4 in disguise of private ranges. */
const PRIVATE_IPV6 =
	/^\[(f[cd][\da-f]{2}:|fe[89ab][\da-f]:|::ffff:(7f[\da-f]{2}:|a[\da-f]{2}:|c0a8:|ac1[\da-f]:))/i;

/** RFC 6762, 8375 and ICANN's name for private networks. */
const PRIVATE_DOMAINS = /\.(local|internal|home\.arpa|lan|intranet)$/i;

/** Whether the URL holds a user name or a password, which HTTP clients send as credentials of their own. */
export function hasUserInfo(value: string): boolean {
	const url = parseUrl(value);
	return url !== undefined && `${url.username}${url.password}` !== '';
}

function parseUrl(value: string): URL | undefined {
	try {
		return new URL(value);
	} catch {
		return undefined;
	}
}
