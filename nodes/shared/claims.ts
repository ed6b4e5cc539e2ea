import type { IWebhookFunctions } from 'n8n-workflow';

export type Claim = 'new' | 'being taken' | 'taken';

/**
 * What the callbacks of this process have taken on, so that of several for the same thing only one acts.
 * Past `limit` the oldest are forgotten.
 */
export class Claims {
	private readonly known = new Map<string, Exclude<Claim, 'new'>>();

	constructor(private readonly limit: number) {}

	/** 'new' for the first to ask: it is theirs until they confirm or release it. */
	claim(key: string): Claim {
		const known = this.known.get(key);
		if (known !== undefined) return known;
		this.known.set(key, 'being taken');
		if (this.known.size > this.limit) this.forgetOldest();
		return 'new';
	}

	/** It is taken, unless n8n, which answers the callback in our place, tells that it could not do its part. */
	confirm(key: string, context: IWebhookFunctions): void {
		this.known.set(key, 'taken');
		const response = context.getResponseObject();
		response.once('finish', () => {
			if (response.statusCode >= 400) this.release(key);
		});
	}

	/** It came to nothing, so it may be claimed anew. */
	release(key: string): void {
		this.known.delete(key);
	}

	private forgetOldest(): void {
		const oldest = this.known.keys().next();
		if (oldest.done !== true) this.known.delete(oldest.value);
	}
}
