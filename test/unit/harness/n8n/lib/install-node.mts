/** Installs what n8n runs on into APIXO_CACHE_DIR, as the scripts that start an n8n do first. */
import { ensureNode24 } from '../../../../../harness/n8n/cache.mts';
import { runScript } from '../../../../../harness/n8n/run-script.mts';

await runScript(async () => {
	const { entry } = await ensureNode24();
	console.log(`Ready: ${entry}`);
	return 0;
});
