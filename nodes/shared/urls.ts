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

function parseUrl(value: string): URL | undefined {
	try {
		return new URL(value);
	} catch {
		return undefined;
	}
}
