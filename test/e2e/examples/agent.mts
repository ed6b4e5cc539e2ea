import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlackMessage } from '../../../harness/world/slack.mts';
import type { Workflow } from '../../../harness/n8n/workflow.mts';
import { eventually, VERSION } from '../stage.mts';
import { oneAssignment } from './slack.mts';
import { type ExampleStage, withParameters } from './stage.mts';

const FILE = 'agent-with-a-review.json';
const REVIEW = 'n8n-nodes-base.slackHitlTool';

/** n8n 1.x has no human review of tool calls. */
const KNOWS_REVIEWS = !VERSION.startsWith('1.');

/** The example whose agent orders, and is asked for it. */
export function agentExample(stage: () => ExampleStage): void {
	const brief = (...lines: string[]) =>
		withParameters('Brief', { assignments: oneAssignment('brief', 'string', lines.join('\n')) });

	const ordered = (words: string) =>
		stage()
			.sandbox.tasks()
			.filter(({ request }) => request.input.prompt.startsWith(words));

	const saidAbout = async (words: string): Promise<SlackMessage> => {
		const isAnswer = ({ text, buttons }: SlackMessage) =>
			text.includes(words) && buttons.length === 0;
		return await eventually(`an answer about "${words}"`, () =>
			stage().world.slack.messages.find(isAnswer),
		);
	};

	test(`${FILE}: each order waits for a yes`, { skip: !KNOWS_REVIEWS }, async () => {
		const press = async (id: string, prompt: string, label: string) => {
			const asks = `May I order this video? ${prompt}`;
			const question = await eventually(asks, () =>
				stage().world.slack.messages.find(({ text }) => text.includes(asks)),
			);
			assert.equal(question.channel, 'videos');
			// The question is out a moment before n8n can take an answer.
			await stage().n8n.reached(id, ['waiting']);
			assert.deepEqual(ordered(prompt), [], 'nothing is ordered before the answer');
			await stage().world.slack.press(question, label);
		};
		const run = await stage().run(FILE, brief('A fox in the snow', 'A fox in the rain'));
		assert.equal(run.status, 'waiting', run.error?.message);
		await press(run.id, 'A fox in the snow', 'Order it');
		await press(run.id, 'A fox in the rain', 'No');
		const end = await stage().n8n.reached(run.id, ['success', 'error']);
		assert.equal(end.status, 'success', end.error?.message);
		assert.equal(ordered('A fox in the rain').length, 0);
		const [clip, ...more] = ordered('A fox in the snow');
		assert.ok(clip);
		assert.deepEqual(more, []);
		const { channel, text } = await saidAbout(clip.id);
		assert.equal(channel, 'videos');
		assert.match(text, /http:\S+\.mp4/);
		assert.match(text, /rejected/);
	});

	test(`${FILE}: the agent cannot order past the ceiling, with or without a review`, async () => {
		const lines = [1, 2, 3, 4, 5].map((number) => `An owl ${number} [sandbox: takes=1s]`);
		const change = brief(...lines);
		const run = await stage().run(FILE, (workflow) => withoutReview(change(workflow)));
		assert.equal(run.status, 'success', run.error?.message);
		const prompts = ordered('An owl').map(({ request }) => request.input.prompt);
		assert.deepEqual(prompts, lines.slice(0, 3));
		const { text } = await saidAbout(ordered('An owl')[2]?.id ?? '');
		assert.match(text, /'Max Videos per Execution' is 3/);
	});

	test(`${FILE}: an n8n without reviews orders nothing`, { skip: KNOWS_REVIEWS }, async () => {
		const workflow = await stage().store(FILE, brief('A fox that nobody asked for'));
		const start = async () => await stage().n8n.run(workflow);
		await assert.rejects(start, /Unrecognized node type: n8n-nodes-base\.slackHitl/);
		assert.deepEqual(ordered('A fox that nobody asked for'), []);
	});
}

/** What the note on the canvas says for an n8n without reviews: the tool is connected to the agent itself. */
function withoutReview(workflow: Workflow): Workflow {
	const review = workflow.nodes.find(({ type }) => type === REVIEW);
	const nodes = workflow.nodes.filter((node) => node !== review);
	const { [review?.name ?? '']: toAgent, ...others } = workflow.connections;
	assert.ok(toAgent, 'there is a review');
	return { ...workflow, nodes, connections: { ...others, 'Make a Video': toAgent } };
}
