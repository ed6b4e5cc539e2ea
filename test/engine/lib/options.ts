import type { IDataObject, INode, IRun } from 'n8n-workflow';

import { generate, manyPrompts, type Bench } from '../../../harness/engine/bench';
import { APIXO, apixoWorkflow } from '../../../harness/engine/workflow';

/** Runs Generate with parameters and options, on the bench of the moment. */
export const running =
	(bench: () => Bench) =>
	async (
		parameters: IDataObject,
		options: IDataObject,
		input = manyPrompts(2),
		settings: Partial<INode> = {},
	) =>
		await bench().run(apixoWorkflow(generate(parameters, options), settings), { input });

export const errorOf = (run: IRun) => run.data.resultData.error?.message;
export const hintsOf = (run: IRun) =>
	(run.data.resultData.runData[APIXO]?.[0]?.hints ?? []).map(({ message }) => message);
