import type { IExecuteFunctions } from 'n8n-workflow';

import { RESULT_URL_LIFE } from '../../../shared/contract';
import type { Service } from '../../../shared/service';
import type { ItemResult } from '../result';
import { isTool } from '../run';

const videos = (count: number) => `${count} video${count === 1 ? '' : 's'}`;
const requests = (count: number) => `${count} request${count === 1 ? '' : 's'}`;

/** What happened on the way, and does not show in the items. */
interface OnTheWay {
	/** Tasks of an earlier try. */
	pickedUp: number;
	/** Requests that the service's limits refused; they were repeated. */
	turnedAway: number;
}

/** What is worth saying about a run that ended; at most 120 characters each, by n8n's rules. */
export function hintsFor(results: ItemResult[], { pickedUp, turnedAway }: OnTheWay): string[] {
	const items = results.flatMap((result) => (result.kind === 'item' ? [result] : []));
	const simulated = items.filter(({ json }) => json.simulated === true).length;
	const failed = items.filter(({ json }) => json.downloadError !== undefined).length;
	const onlyLinks = items.some(
		({ json, binary }) => json.videoUrl !== undefined && json.simulated !== true && !binary,
	);
	const said = [
		simulated > 0 && `Simulated: nothing was ordered for ${videos(simulated)}, these are samples.`,
		pickedUp > 0 && `${videos(pickedUp)} of an earlier try picked up, and not billed again.`,
		turnedAway > 0 &&
			`${requests(turnedAway)} turned away by APIXO's limits, and sent again later: this run took longer.`,
		failed > 0 &&
			`${videos(failed)} not downloaded: see downloadError. The links are in the items.`,
		onlyLinks &&
			`Links to videos expire after ${RESULT_URL_LIFE}. Turn on Download Video to keep them.`,
	];
	return said.filter((hint) => hint !== false);
}

/** `service`, and how many requests its limits have turned away so far. */
export function countTurnedAway(service: Service): { service: Service; turnedAway(): number } {
	let count = 0;
	return {
		turnedAway: () => count,
		service: {
			...service,
			submit: async (...order) => {
				const answer = await service.submit(...order);
				if (answer.kind === 'limited') count++;
				return answer;
			},
			read: async (task) => {
				const answer = await service.read(task);
				if (answer.kind === 'trouble' && answer.limited) count++;
				return answer;
			},
		},
	};
}

/** Shows them in the editor; an agent has no use for them. */
export function showHints(context: IExecuteFunctions, hints: string[]): void {
	if (isTool(context)) return;
	context.addExecutionHints(
		...hints.map((message) => ({ message, location: 'outputPane' as const })),
	);
}
