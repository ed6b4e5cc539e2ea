import { parseArgs } from 'node:util';
import { DEFAULT_BASE_URL } from '../../nodes/shared/contract.ts';
import { cleanKey, isSendable } from '../../nodes/shared/key.ts';

export const HELP = `Holds the live APIXO service against what this package believes of it.

  APIXO_API_KEY=… npm run live -- [options]

  --free                only what orders nothing
  --image <url>         the picture for image to video (default: a sample of this repository)
  --callback-url <url>  a public address that leads to this machine, by a tunnel: tries a callback too
  --callback-port <n>   where that address arrives on this machine (default 8123)
  --max-cost <usd>      orders nothing more once so much is gone (default 1)
  --task <id>           goes on with a video that was ordered already; orders nothing
  --idempotency         orders one video with one idempotency key twice: does one task come of it?
  --yes                 does not ask
  --base-url <url>      another address, such as the sandbox's (default ${DEFAULT_BASE_URL})
  --time-scale <n>      the sandbox's, if it has one
  --out <folder>        where the report goes (default out/live-<time>)
  --help                this text

Takes three to five minutes. Writes report.md, to be pasted into an issue, and report.json, for
npm run sandbox -- --like <report.json>. Neither holds your key, prompts or addresses.`;

export interface LiveOptions {
	apiKey: string;
	baseUrl: string;
	free: boolean;
	/** Only that. */
	idempotency: boolean;
	image?: string;
	callback?: { url: string; port: number };
	/** US dollars. */
	maxCost: number;
	task?: string;
	yes: boolean;
	/** How many times faster the service's time passes than ours. */
	timeScale: number;
	out: string;
}

const isWebUrl = (text: string) => URL.canParse(text) && /^https?:\/\//i.test(text);

/**
 * What to do, from the command line and the environment.
 *
 * @throws Error that names the option that is wrong, and what it takes.
 */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): LiveOptions | 'help' {
	const { values } = parseArgs({
		args,
		options: {
			free: { type: 'boolean', default: false },
			idempotency: { type: 'boolean', default: false },
			image: { type: 'string' },
			'callback-url': { type: 'string' },
			'callback-port': { type: 'string', default: '8123' },
			'max-cost': { type: 'string', default: '1' },
			task: { type: 'string' },
			yes: { type: 'boolean', default: false },
			'base-url': { type: 'string', default: DEFAULT_BASE_URL },
			'time-scale': { type: 'string', default: '1' },
			out: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return 'help';
	const apiKey = cleanKey(env.APIXO_API_KEY);
	if (!apiKey) {
		throw new Error(
			'APIXO_API_KEY is not set. Make a key in the APIXO console, then: APIXO_API_KEY=… npm run live',
		);
	}
	if (!isSendable(apiKey)) {
		throw new Error('APIXO_API_KEY has a character that no key has. Copy it once more.');
	}
	for (const name of ['image', 'callback-url', 'base-url'] as const) {
		const url = values[name];
		if (url !== undefined && !isWebUrl(url)) {
			throw new Error(
				`--${name} takes an address that starts with http:// or https://, not "${url}".`,
			);
		}
	}
	const port = above0('callback-port', values['callback-port']);
	const started = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
	return {
		apiKey,
		baseUrl: values['base-url'].replace(/\/+$/, ''),
		free: values.free,
		idempotency: values.idempotency,
		image: values.image,
		callback: values['callback-url'] ? { url: values['callback-url'], port } : undefined,
		maxCost: above0('max-cost', values['max-cost']),
		task: values.task?.trim() || undefined,
		yes: values.yes,
		timeScale: above0('time-scale', values['time-scale']),
		out: values.out ?? `out/live-${started}`,
	};
}

function above0(name: string, text: string): number {
	const number = Number(text);
	if (number > 0 && number < Infinity) return number;
	throw new Error(`--${name} takes a number above 0, not "${text}".`);
}
