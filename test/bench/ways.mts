import type { CredentialRef } from '../../harness/n8n/client.mts';
import { chain, type Item, type Workflow, type WorkflowNode } from '../../harness/n8n/workflow.mts';
import { KLING_MODEL, PATHS } from '../../nodes/shared/contract.ts';
import { apixo, code, manualTrigger } from '../../harness/n8n/nodes.mts';

/** What the workflows lead to. */
export interface Target {
	baseUrl: string;
	/** Of this package. */
	apixo: CredentialRef;
	/** The same key as n8n's "Header Auth", for HTTP Request. */
	header: CredentialRef;
}

/** One way to make many clips. */
export interface Way {
	title: string;
	/** Makes the clips of so many prompts, "Clip 0", "Clip 1"… */
	workflow(count: number, target: Target): Workflow;
	/** The node that gives out what is ready, and its output. */
	output: { node: string; index: number };
	/** The task whose clip is in this item. */
	taskOf(item: Item): unknown;
}

const items = (count: number) =>
	code(`return Array.from({ length: ${count} }, (_, i) => ({ json: { prompt: \`Clip \${i}\` } }))`);

const prompt = '={{ $json.prompt }}';

const ours = {
	output: { node: 'APIXO', index: 0 },
	taskOf: ({ json }: Item) => (json.state === 'success' ? json.taskId : undefined),
};

/** Video → Generate with its defaults. */
const poll: Way = {
	title: 'APIXO node, polling',
	workflow: (count, target) =>
		chain('poll', [manualTrigger(), items(count), apixo(target.apixo, { prompt })]),
	...ours,
};

/** Video → Generate in a suspended execution. */
const suspend: Way = {
	title: 'APIXO node, suspended',
	workflow: (count, target) => {
		const parameters = { prompt, requestType: 'callback', callbackTo: 'execution' };
		return chain('suspend', [manualTrigger(), items(count), apixo(target.apixo, parameters)]);
	},
	...ours,
};

/** As the service's guide has it: wait 30 s, then look every 5 s at those that are not ready. */
const loop: Way = {
	title: 'HTTP Request loop',
	workflow: (count, target) => {
		const nodes = [manualTrigger(), items(count), ...httpNodes(target), done];
		const { connections, ...workflow } = chain('loop', nodes);
		return {
			...workflow,
			connections: {
				...connections,
				Ready: { main: [to('Done'), to('Wait 5 s')] },
				'Wait 5 s': { main: [to('Status')] },
				Done: {},
			},
		};
	},
	output: { node: 'Done', index: 0 },
	taskOf: taskOfAnswer,
};

/** The same, one item after another. */
const serial: Way = {
	title: 'One after another',
	workflow: (count, target) => {
		const nodes = [manualTrigger(), items(count), one, ...httpNodes(target), done];
		const { connections, ...workflow } = chain('serial', nodes);
		return {
			...workflow,
			connections: {
				...connections,
				One: { main: [to('Done'), to('Submit')] },
				Ready: { main: [to('One'), to('Wait 5 s')] },
				'Wait 5 s': { main: [to('Status')] },
				Done: {},
			},
		};
	},
	output: { node: 'Done', index: 0 },
	taskOf: taskOfAnswer,
};

export const WAYS = { poll, suspend, loop, serial };
export type WayName = keyof typeof WAYS;

function taskOfAnswer({ json }: Item): unknown {
	const { state, taskId } = (json.data ?? {}) as Record<string, unknown>;
	return state === 'success' ? taskId : undefined;
}

const to = (node: string) => [{ node, type: 'main', index: 0 }];

const base = (name: string, kind: string, typeVersion: number, parameters: object) =>
	({
		name,
		type: `n8n-nodes-base.${kind}`,
		typeVersion,
		position: [0, 0],
		parameters,
	}) as WorkflowNode;

const done = base('Done', 'noOp', 1, {});

const one = base('One', 'splitInBatches', 3, { options: {} });

/** Submit, wait, look, decide: the nodes of the loop, in their order. */
function httpNodes(target: Target): WorkflowNode[] {
	const authentication = {
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	};
	const request = (name: string, parameters: object) => ({
		...base(name, 'httpRequest', 4.5, { ...authentication, ...parameters, options: {} }),
		credentials: { httpHeaderAuth: target.header },
	});
	const wait = (seconds: number) => ({
		...base(`Wait ${seconds} s`, 'wait', 1.1, { amount: seconds }),
		webhookId: `wait-${seconds}`,
	});
	return [
		request('Submit', {
			method: 'POST',
			url: target.baseUrl + PATHS.submit(KLING_MODEL),
			sendBody: true,
			specifyBody: 'json',
			jsonBody:
				'={{ { request_type: "async", input: { mode: "text-to-video", prompt: $json.prompt, ' +
				'duration: 5, aspect_ratio: "16:9" } } }}',
		}),
		wait(30),
		request('Status', {
			url: target.baseUrl + PATHS.read(KLING_MODEL),
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'taskId', value: '={{ $json.data.taskId }}' }] },
		}),
		base('Ready', 'if', 2.2, {
			conditions: {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
				combinator: 'and',
				conditions: [
					{
						id: 'state',
						leftValue: '={{ $json.data.state }}',
						rightValue: 'success',
						operator: { type: 'string', operation: 'equals' },
					},
				],
			},
			options: {},
		}),
		wait(5),
	];
}
