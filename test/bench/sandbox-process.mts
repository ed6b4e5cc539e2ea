/** The sandbox in a process of its own, so that its work does not count as n8n's. Its options are the argument, as JSON. */
import { startSandbox } from '../../sandbox/index.ts';
import type { SandboxOptions } from '../../sandbox/options.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SandboxOptions;
const { origin, baseUrl, apiKey } = await startSandbox(options);
console.log(`ready ${JSON.stringify({ origin, baseUrl, apiKey })}`);
