/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { resolve } from 'node:path';

/** The checkout that all of this belongs to. tsx gives a relative `__dirname`, and n8n runs elsewhere. */
export const CHECKOUT = resolve(__dirname, '..');
