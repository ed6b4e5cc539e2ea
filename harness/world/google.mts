import { randomUUID } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type Breaches, take, unknownCall } from './http.mts';

/** How long an access token lives. Google's own figure, in seconds. */
const TOKEN_LIVES_S = 3599;

const consent = z.object({
	client_id: z.string(),
	redirect_uri: z.string().url(),
	response_type: z.literal('code'),
	scope: z.string().min(1),
	state: z.string().min(1),
	// Without it there is no refresh token, and n8n would be cut off after an hour.
	access_type: z.literal('offline'),
});

const client = { client_id: z.string(), client_secret: z.string() };
const tokenOrder = z.discriminatedUnion('grant_type', [
	z.object({
		grant_type: z.literal('authorization_code'),
		code: z.string(),
		redirect_uri: z.string(),
		...client,
	}),
	z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string(), ...client }),
]);

interface Grant {
	scopes: string[];
	redirectUri: string;
}

/** Signing in with Google: the consent that a person gives in a browser, and the token endpoint. */
export class GoogleAccount {
	static readonly hosts = ['oauth2.googleapis.com'];

	readonly clientId = `${randomUUID()}.apps.googleusercontent.com`;
	readonly clientSecret = randomUUID();
	readonly router: Router;
	private readonly codes = new Map<string, Grant>();
	private readonly refreshTokens = new Map<string, Grant>();
	private readonly accessTokens = new Map<string, Grant>();

	constructor(private readonly breaches: Breaches) {
		this.router = express.Router();
		this.router.use(express.urlencoded({ extended: false }));
		this.router.post('/token', (request, response) => this.token(request, response));
		this.router.use(unknownCall(breaches));
	}

	/**
	 * What a person does on Google's page: says yes to what `authUrl` asks for.
	 *
	 * @returns the address that Google sends the browser back to.
	 * @throws Error when Google would have shown an error instead.
	 */
	agree(authUrl: string): string {
		const url = new URL(authUrl);
		const asked = consent.parse(Object.fromEntries(url.searchParams));
		if (asked.client_id !== this.clientId) throw new Error('Google does not know this client ID.');
		const code = randomUUID();
		const redirectUri = asked.redirect_uri;
		this.codes.set(code, { scopes: asked.scope.split(' '), redirectUri });
		const back = new URL(redirectUri);
		back.searchParams.set('state', asked.state);
		back.searchParams.set('code', code);
		return back.href;
	}

	/** Lets only those pass who may do one of these things. */
	requires(...scopes: string[]) {
		return (request: Request, response: Response, next: NextFunction) => {
			const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
			const granted = this.accessTokens.get(token);
			if (!granted) return googleError(response, 401, 'Invalid Credentials');
			const allowed = scopes.some((scope) => granted.scopes.includes(scope));
			if (!allowed) return googleError(response, 403, 'Insufficient Permission');
			next();
		};
	}

	private token(request: Request, response: Response): void {
		const refuse = (error: string) => void response.status(400).json({ error });
		const invalid = () => refuse('invalid_request');
		const given = take(tokenOrder, request.body, this.breaches, request, invalid);
		if (!given) return;
		if (given.client_id !== this.clientId || given.client_secret !== this.clientSecret) {
			return void response.status(401).json({ error: 'invalid_client' });
		}
		const isCode = given.grant_type === 'authorization_code';
		const grant = isCode ? this.codes.get(given.code) : this.refreshTokens.get(given.refresh_token);
		if (!grant || (isCode && grant.redirectUri !== given.redirect_uri)) {
			return refuse('invalid_grant');
		}
		// A code is good for one token.
		if (isCode) this.codes.delete(given.code);
		const token = randomUUID();
		this.accessTokens.set(token, grant);
		const refreshToken = isCode ? randomUUID() : undefined;
		if (refreshToken) this.refreshTokens.set(refreshToken, grant);
		response.json({
			access_token: token,
			expires_in: TOKEN_LIVES_S,
			refresh_token: refreshToken,
			scope: grant.scopes.join(' '),
			token_type: 'Bearer',
		});
	}
}

/** As Google's services word their refusals. */
export function googleError(response: Response, code: number, message: string): void {
	response.status(code).json({ error: { code, message, errors: [{ message }] } });
}
