import type { IExecuteFunctions } from 'n8n-workflow';

import { RESULT_URL_LIFE } from '../../../shared/contract';
import type { ItemResult } from '../result';
import { isTool } from '../run';

const videos = (count: number) => `${count} video${count === 1 ? '' : 's'}`;

/** What is worth saying about a run that ended; at most 120 characters each, by n8n's rules. */
export function hintsFor(results: ItemResult[], pickedUp: number): string[] {
	const items = results.flatMap((result) => (result.kind === 'item' ? [result] : []));
	const simulated = items.filter(({ json }) => json.simulated === true).length;
	const failed = items.filter(({ json }) => json.downloadError !== undefined).length;
	const onlyLinks = items.some(
		({ json, binary }) => json.videoUrl !== undefined && json.simulated !== true && !binary,
	);
	const said = [
		simulated > 0 && `Simulated: nothing was ordered for ${videos(simulated)}, these are samples.`,
		pickedUp > 0 && `${videos(pickedUp)} of an earlier try picked up, and not billed again.`,
		failed > 0 &&
			`${videos(failed)} not downloaded: see downloadError. The links are in the items.`,
		onlyLinks &&
			`Links to videos expire after ${RESULT_URL_LIFE}. Turn on Download Video to keep them.`,
	];
	return said.filter((hint) => hint !== false);
}

/** Shows them in the editor; an agent has no use for them. */
export function showHints(context: IExecuteFunctions, hints: string[]): void {
	if (isTool(context)) return;
	context.addExecutionHints(
		...hints.map((message) => ({ message, location: 'outputPane' as const })),
	);
}
