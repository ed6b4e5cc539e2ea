import type { Problem } from './problem';

const RULES = {
	absolute: {
		message: "'Base URL' in the APIXO credential must be an absolute http or https URL",
		description: 'Correct it in the credential; the default is right for nearly everybody.',
	},
	'no user info': {
		message: "'Base URL' in the APIXO credential must not hold a user name or a password",
		description:
			'They would be sent in place of the API key. Take out what stands between "//" and "@"; the key belongs into \'API Key\'.',
	},
} as const;

/** The credential holds no usable address. What it holds instead is not shown: it may be the key. */
export function badBaseUrl(rule: keyof typeof RULES): Problem {
	return RULES[rule];
}

/** Spaces and invisible characters are left out without a word; here is one that only looks right. */
export function badKey(): Problem {
	return {
		message: "'API Key' in the APIXO credential holds a character that no key has",
		description:
			'Letters without accents, digits and signs only: copy the key once more from the APIXO console, not from a text program.',
	};
}
