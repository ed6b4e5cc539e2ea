/** Starts what has to end with it, tells what that is, and runs until it is ended itself. */
import { startProcess, temporaryFolder } from '../../../../../harness/n8n/process.mts';

const folder = temporaryFolder('starter');
const { pid, ended } = startProcess({
	name: 'sleeper',
	command: 'sh',
	// A child of its own, as n8n and databases have them.
	args: ['-c', process.argv[2] ?? 'sleep 600 & sleep 600'],
	env: { PATH: process.env.PATH },
});
console.log(JSON.stringify({ folder, pid, self: process.pid }));
await ended;
