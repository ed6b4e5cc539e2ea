/** Makes a folder that would go with it, and keeps it after all. */
import { keepAfterThis } from '../../../../../harness/n8n/ending.mts';
import { temporaryFolder } from '../../../../../harness/n8n/process.mts';

const folder = temporaryFolder('keeper');
keepAfterThis(folder);
console.log(folder);
