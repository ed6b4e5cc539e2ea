import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Workflow } from '../../harness/n8n/workflow.mts';
import { type LanguageModel, startLanguageModel } from './language-model.mts';
import { generate, manualTrigger } from '../../harness/n8n/nodes.mts';
import { openStage, type Stage, VERSION } from './stage.mts';

describe(`As an AI agent's tool, on n8n ${VERSION}`, () => {
	let stage: Stage;
	let model: LanguageModel;
	before(async () => {
		stage = await openStage();
		model = await startLanguageModel();
	});
	after(async () => {
		await model.close();
		await stage.close();
	});

	/** n8n's own AI Agent, with the stand-in model and this package's node as its tool. */
	const agent = async (parameters: Record<string, unknown> = {}): Promise<Workflow> => {
		const openAi = await stage.n8n.saveCredential('Stand-in model', 'openAiApi', {
			apiKey: model.key,
			url: model.url,
		});
		const prompt = "={{ $fromAI('prompt', 'What the video shows', 'string') }}";
		const tool = generate(stage.credential, prompt, parameters, {
			name: 'Make a video',
			type: 'n8n-nodes-apixo.apixoTool',
		});
		return {
			name: 'agent',
			settings: { executionOrder: 'v1' },
			nodes: [
				manualTrigger(),
				{
					name: 'AI Agent',
					type: '@n8n/n8n-nodes-langchain.agent',
					typeVersion: 2,
					position: [220, 0],
					parameters: { promptType: 'define', text: 'A cat that plays the piano', options: {} },
				},
				{
					name: 'Model',
					type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
					typeVersion: 1.2,
					position: [220, 220],
					credentials: { openAiApi: openAi },
					parameters: { model: { __rl: true, mode: 'id', value: 'stand-in' }, options: {} },
				},
				tool,
			],
			connections: {
				Start: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
				Model: { ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]] },
				'Make a video': { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
			},
		};
	};

	test('the agent makes a video of what it was asked for and answers with the URL of the clip', async () => {
		const run = await stage.n8n.run(await stage.n8n.createWorkflow(await agent()));
		assert.equal(run.status, 'success', run.error?.message);
		const output = String(run.items('AI Agent')[0]?.json.output);
		assert.match(output, /http:\/\/127\.0\.0\.1:\d+\/\S+\.mp4/);
		const [taskId = ''] = /task_\w+/.exec(output) ?? [];
		assert.equal(stage.task(taskId).request.input.prompt, 'A cat that plays the piano');
		const told = model.requests.flatMap(({ tools = [] }) => tools)[0]?.function.description;
		assert.match(String(told), /Every call orders a new video and costs money/);
	});
});
