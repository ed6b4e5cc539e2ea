/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { join } from 'node:path';

/** The checkout that all of this belongs to. */
export const CHECKOUT = join(__dirname, '..');
