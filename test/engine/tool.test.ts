import { generate, openBench, type Bench } from '../../harness/engine/bench';
import { toolCalls } from '../../harness/engine/tool';

let bench: Bench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(async () => await bench.close());

const submissions = () => bench.sandbox.stats().submissionsReceived;
const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

describe("An AI agent's tool", () => {
	it('gives the agent the clip', async () => {
		const [call] = toolCalls(bench.options, generate({ prompt: 'A cat' }));
		expect(await call?.({})).toContain('.mp4');
		expect(submissions()).toBe(1);
	});

	it('with Retry On Fail picks up the task that was paid for', async () => {
		const parameters = generate({ prompt: 'A cat' }, { timeout: 0.3 });
		const [call] = toolCalls(bench.options, parameters, retryOnFail);
		await call?.({}).catch(() => {});
		expect(submissions()).toBe(1);
	});

	it('with Retry On Fail sends nothing again whose outcome is unknown', async () => {
		bench.sandbox.faults.add({ on: 'submit', kind: 'reset-after', times: 1 });
		const [call] = toolCalls(bench.options, generate({ prompt: 'A cat' }), retryOnFail);
		await expect(call?.({})).rejects.toThrow('may or may not have been submitted');
		expect(submissions()).toBe(1);
	});

	it('that failed goes on where it was when the agent asks for the same again', async () => {
		bench.sandbox.faults.add({ on: 'read', kind: 'status', status: 401, times: 1 });
		const [call] = toolCalls(bench.options, generate({ prompt: 'A cat' }));
		await expect(call?.({})).rejects.toThrow('task_');
		expect(await call?.({})).toContain('.mp4');
		expect(submissions()).toBe(1);
	});

	it('makes a video for each call, also for equal ones, one after the other or at once', async () => {
		const calls = toolCalls(bench.options, generate({ prompt: 'A cat' }), {}, 2);
		for (const call of calls) expect(await call({})).toContain('.mp4');
		expect(submissions()).toBe(2);
		const said = await Promise.all(calls.map(async (call) => await call({})));
		expect(said.every((text) => text.includes('.mp4'))).toBe(true);
		expect(submissions()).toBe(4);
		expect(new Set(bench.sandbox.tasks().map(({ id }) => id)).size).toBe(4);
	});
});
