import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agentExample } from './examples/agent.mts';
import { badInput } from './examples/bad-input.mts';
import { campaignExamples } from './examples/campaign.mts';
import { driveExamples } from './examples/drive.mts';
import { firstExamples } from './examples/first.mts';
import { slackExamples } from './examples/slack.mts';
import { type ExampleStage, openExampleStage } from './examples/stage.mts';
import { tableExamples } from './examples/table.mts';
import { telegramExamples } from './examples/telegram.mts';
import { VERSION } from './stage.mts';

describe(`The examples, on n8n ${VERSION}`, () => {
	let stage: ExampleStage;
	before(async () => {
		stage = await openExampleStage();
	});
	after(async () => await stage.close());

	describe('each', { concurrency: 4 }, () => {
		firstExamples(() => stage);
		slackExamples(() => stage);
		driveExamples(() => stage);
		telegramExamples(() => stage);
		campaignExamples(() => stage);
		agentExample(() => stage);
		badInput(() => stage);
	});

	describe('with n8n killed', () => tableExamples(() => stage));

	test('nothing left this machine, and every service was spoken to as it wants', () => {
		assert.deepEqual(stage.world.refused(), []);
		assert.deepEqual(stage.world.breaches, []);
		assert.deepEqual(stage.sandbox.breaches(), []);
	});
});
