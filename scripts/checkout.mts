import { fileURLToPath } from 'node:url';

/** The checkout that these scripts belong to. */
export const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
