/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import axios from 'axios';

import { BATCH_FORMS, FAULT_KINDS, PROMPT_KEYS } from '../../../sandbox';
import { settle } from '../../../sandbox/options';
import { codeSpans, tableOf } from '../lib/markdown';
import { open } from './lib/client';

const README = readFileSync(join(__dirname, '../../../sandbox/README.md'), 'utf8');

const rowsOf = (firstColumn: string) => tableOf(README, firstColumn).rows;
const codeIn = (cell = '') => codeSpans(cell)[0] ?? '';

describe('The README of the sandbox', () => {
	it('has the prompt keys as they are', () => {
		const keys = PROMPT_KEYS.map(({ key, value, does }) => ({
			Key: `\`${value === undefined ? key : `${key}=${value}`}\``,
			'What it does': does,
		}));
		expect(rowsOf('Key')).toEqual(keys);
	});

	it('has the kinds of faults as they are', () => {
		const kinds = Object.entries(FAULT_KINDS).map(([kind, { does, accepts, choosesAccepts }]) => ({
			Kind: `\`${kind}\``,
			'What happens': does,
			'Is a submission accepted?':
				(accepts ? 'yes' : 'no') + (choosesAccepts ? ', unless `accepts` says otherwise' : ''),
		}));
		expect(rowsOf('Kind')).toEqual(kinds);
	});

	it('has the forms of answers about batches as they are', () => {
		const forms = Object.entries(BATCH_FORMS).map(([form, { does }]) => ({
			Form: `\`${form}\``,
			'What the answer holds': does,
		}));
		expect(rowsOf('Form')).toEqual(forms);
	});

	it('has the options with their defaults', () => {
		const documented = Object.fromEntries(
			rowsOf('Option')
				.filter((row) => row.Default !== 'none')
				.map((row) => [codeIn(row.Option), codeIn(row.Default)]),
		);
		const defaults = Object.entries(settle({})).filter(([, value]) => !Array.isArray(value));
		expect(documented).toEqual(
			Object.fromEntries(defaults.map(([option, value]) => [option, String(value)])),
		);
	});

	it('has the controls that are there', async () => {
		const { sandbox } = await open();
		const requests = rowsOf('Request').map((row) => codeIn(row.Request).split(' '));
		expect(requests).toHaveLength(8);
		for (const [method, path] of requests) {
			const url = `${sandbox.origin}${path}`;
			const { status } = await axios.request({ method, url, validateStatus: () => true });
			expect([method, path, status]).not.toContain(404);
		}
	});
});
