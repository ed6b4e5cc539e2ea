import { CONTINUE, generate, openBench, prompts, type Bench } from '../../harness/engine/bench';
import { jsonOf } from '../../harness/engine/engine';
import { APIXO, apixoWorkflow } from '../../harness/engine/workflow';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

describe('Before anything is billed', () => {
	const badItems = async (parameters: Parameters<typeof generate>[0], options = {}) => {
		const run = await bench.run(apixoWorkflow(generate(parameters, options)), {
			input: prompts('Good', 'Good too'),
		});
		expect(bench.sandbox.stats().submissionsReceived).toBe(0);
		return run.data.resultData.error?.message;
	};

	it.each([
		[
			'an empty prompt',
			{ prompt: '={{ $itemIndex ? "" : "x" }}' },
			{},
			"'Prompt' is empty [item 1]",
		],
		['a long prompt', { prompt: '={{ "x".repeat(2501) }}' }, {}, "'Prompt' may have at most 2500"],
		[
			'an unevaluated expression',
			{ prompt: 'Hi {{ $json.name }}' },
			{},
			'was not evaluated: "{{ $json.name }}"',
		],
		[
			'a duration',
			{ duration: '={{ 7 }}' },
			{},
			"'Duration' must be one of 5, 10, but is 7 [item 0]",
		],
		[
			'a ratio',
			{ aspectRatio: '={{ "4:3" }}' },
			{},
			"'Aspect Ratio' must be one of 16:9, 9:16, 1:1",
		],
		[
			'a cfg scale',
			{},
			{ cfgScale: 0.25 },
			"'CFG Scale' must be a number from 0 to 1 in steps of 0.1",
		],
		[
			'a missing image',
			{ mode: 'image-to-video', startImageUrl: '={{ "" }}' },
			{},
			"'Start Image URL' is empty",
		],
		[
			'a relative image',
			{ mode: 'image-to-video', startImageUrl: 'a.png' },
			{},
			'absolute http or https URL',
		],
		[
			'a missing file',
			{ mode: 'image-to-video', imageSource: 'binary' },
			{},
			'has no binary field at all',
		],
		['a timeout', {}, { timeout: 0 }, "'Timeout (Seconds)' must be a number above 0, but is 0"],
		[
			'a task limit',
			{},
			{ maxConcurrentTasks: 1.5 },
			"'Max Videos at Once' must be a number from 1",
		],
	])('refuses %s by name, rule and value', async (_, parameters, options, words) => {
		expect(await badItems(parameters, options)).toContain(words);
	});

	it('lets the good items go under Continue On Fail', async () => {
		const run = await bench.run(apixoWorkflow(generate(), CONTINUE), {
			input: prompts('Good', ' ', 'Good too'),
		});
		expect(jsonOf(run, APIXO).map(({ state }) => state)).toEqual(['success', undefined, 'success']);
		expect(bench.sandbox.stats().submissionsAccepted).toBe(2);
	});
});
