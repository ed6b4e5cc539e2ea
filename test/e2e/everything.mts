/**
 * Starts all kinds of processes that a run has, for ending.e2e.mts to kill: n8n's three, the databases and
 * the browser. Takes the package's tarball and two folders.
 */
import { openBrowser } from '../../harness/n8n/browser.mts';
import { startQueueN8n } from '../../harness/n8n/queue.mts';
import { VERSION } from './stage.mts';

const [packageTarball = '', folder = '', logFolder = ''] = process.argv.slice(2);
const [n8n] = await Promise.all([
	startQueueN8n({ version: VERSION, folder, logFolder, packageTarball, workers: 1 }),
	openBrowser(),
]);
console.log('Everything runs.');
console.log(`The main process ${await n8n.main.ended}.`);
