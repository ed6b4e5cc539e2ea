import { stopping } from './ending.mts';

/**
 * Runs a script that starts processes, and ends with the exit code that `main` gives. An error is told by its
 * message alone, because it is written for whoever called the script. A script that is asked to stop says so.
 */
export async function runScript(main: () => Promise<number>): Promise<void> {
	stopping.addEventListener('abort', () => console.error('\nStopping…'));
	process.once('exit', () => {
		if (stopping.aborted) console.error('Everything has stopped.');
	});
	try {
		const code = await main();
		if (!stopping.aborted) process.exit(code);
	} catch (error) {
		// What is being stopped may well fail.
		if (stopping.aborted) return;
		console.error(`\n${error instanceof Error ? error.message : String(error)}`);
		process.exit(1);
	}
}
