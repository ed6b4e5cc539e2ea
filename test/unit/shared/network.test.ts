import { NETWORK_FAILURES, networkFailureOf } from '../../../nodes/shared/network';

/** As n8n 1.123 gives a failure of a call with a credential: the code alone. */
const flat = (code: string, message = 'failed') => ({
	name: 'NodeApiError',
	httpCode: code,
	message,
});

/** As n8n 2.41 does: with all causes. */
const nested = (code: string, message = 'failed', more: object = {}) =>
	Object.assign(new Error(message), {
		httpCode: code,
		cause: Object.assign(new Error(message), {
			code,
			cause: Object.assign(new Error(message), { code, ...more }),
		}),
	});

const TLS =
	'write EPROTO 40DD:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number';

describe('Nothing was sent', () => {
	it.each([
		['ECONNREFUSED', 'refused'],
		['ENOTFOUND', 'name not found'],
		['EAI_AGAIN', 'name not looked up'],
		['EHOSTUNREACH', 'unreachable'],
		['ENETUNREACH', 'unreachable'],
		['CERT_HAS_EXPIRED', 'certificate expired'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate for another name'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate not trusted'],
		['SELF_SIGNED_CERT_IN_CHAIN', 'certificate not trusted'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate not trusted'],
		['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate not trusted'],
	])('with %s', (code, failure) => {
		for (const error of [flat(code), nested(code)]) {
			expect(networkFailureOf(error)).toEqual({ failure, maybeSent: false });
		}
	});

	it('where the other side does not speak TLS', () => {
		const came = { failure: 'not secure', maybeSent: false };
		expect(networkFailureOf(flat('EPROTO', TLS))).toEqual(came);
		expect(networkFailureOf(nested('EPROTO', TLS))).toEqual(came);
	});

	it.each(['SsrfBlockedIpError', 'SsrfBlockedHostnameError'])("where n8n's %s says no", (name) => {
		const cause = Object.assign(new Error('The request was blocked because …'), { name });
		const came = { failure: 'blocked', maybeSent: false };
		expect(networkFailureOf(cause)).toEqual(came);
		expect(networkFailureOf(new Error('NodeApiError', { cause }))).toEqual(came);
	});

	it('where the connection timed out while it was made', () => {
		const came = { failure: 'time-out', maybeSent: false };
		expect(networkFailureOf(nested('ETIMEDOUT', 'x', { syscall: 'connect' }))).toEqual(came);
	});

	it('where the server hung up in the middle of the handshake', () => {
		const words = 'Client network socket disconnected before secure TLS connection was established';
		expect(networkFailureOf(nested('ECONNRESET', words))).toEqual({
			failure: 'lost',
			maybeSent: false,
		});
	});
});

describe('Something may have been sent', () => {
	it.each([
		['ECONNRESET', 'lost'],
		['EPIPE', 'lost'],
		['ECONNX', 'lost'],
		['EPROTO', 'lost'],
		['ETIMEDOUT', 'time-out'],
		['ECONNABORTED', 'time-out'],
	])('with %s', (code, failure) => {
		for (const error of [flat(code), nested(code)]) {
			expect(networkFailureOf(error)).toEqual({ failure, maybeSent: true });
		}
	});

	it.each([undefined, null, 'a text', 7, { code: 42 }, new Error('no code'), { message: {} }])(
		'with a failure that nobody knows: %p',
		(error) => {
			expect(networkFailureOf(error)).toEqual({ failure: 'lost', maybeSent: true });
		},
	);

	it('with an error that is its own cause', () => {
		const error: { cause?: unknown } = {};
		error.cause = error;
		expect(networkFailureOf(error)).toEqual({ failure: 'lost', maybeSent: true });
	});
});

it("No text holds one of Node's codes, because n8n would put its own text in its place", () => {
	for (const { words } of Object.values(NETWORK_FAILURES)) expect(words).not.toMatch(/\bE[A-Z]{4}/);
});
