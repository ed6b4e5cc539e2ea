import type { Problem } from './problem';

/** The credential holds no usable address. What it holds instead is not shown: it may be the key. */
export function badBaseUrl(): Problem {
	return {
		message: "'Base URL' in the APIXO credential must be an absolute http or https URL",
		description: 'Correct it in the credential; the default is right for nearly everybody.',
	};
}
