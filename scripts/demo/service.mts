import {
	DEFAULT_BASE_URL,
	INITIAL_DELAY_MS,
	POLL_INTERVAL_MS,
} from '../../nodes/shared/contract.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { SandboxEvent } from '../../sandbox/journal.ts';
import { bold, dim } from './look.mts';
import { imageParameters, parametersOf, withParameters, type Order } from './orders.mts';

/** Fast enough for a demo, slow enough to follow. */
const TIME_SCALE = 10;

/** Who makes the videos of a demo. */
export interface Service {
	baseUrl: string;
	apiKey: string;
	/** Its time runs so many times faster than the clock on the wall. */
	timeScale: number;
	introduction: string;
	/** What it tells of its own accord; the real service tells nothing. */
	onEvent(listener: (event: SandboxEvent) => void): void;
	/** Fits an order to this service. */
	adapt(order: Order): Order;
	/** What it cost, and would have cost. */
	bill(): Promise<string>;
	close(): Promise<void>;
}

export async function openService(apiKey?: string): Promise<Service> {
	return apiKey ? realService(apiKey) : await sandboxService();
}

function realService(apiKey: string): Service {
	return {
		baseUrl: DEFAULT_BASE_URL,
		apiKey,
		timeScale: 1,
		introduction:
			'The real service takes about 30 to 60 seconds for a video. Ctrl-C stops waiting.',
		onEvent: () => {},
		adapt: (order) => order,
		bill: async () => 'what was made is charged to your account; the APIXO console tells the sum.',
		close: async () => {},
	};
}

async function sandboxService(): Promise<Service> {
	let listener: (event: SandboxEvent) => void = () => {};
	const sandbox = await startSandbox({
		timeScale: TIME_SCALE,
		onEvent: (event) => listener(event),
	});
	return {
		baseUrl: sandbox.baseUrl,
		apiKey: sandbox.apiKey,
		timeScale: TIME_SCALE,
		introduction:
			`${bold('Nothing is spent here:')} a sandbox on this machine stands in for APIXO.\n` +
			dim(`Time runs ${TIME_SCALE} times faster in it; the clock below shows the service's time.`),
		onEvent: (next) => {
			listener = next;
		},
		adapt: (order) => {
			const faster = atPace(order, TIME_SCALE);
			const hasImages = order.images.length > 0;
			if (!hasImages || !order.sampleImages) return faster;
			// The picture of the example is a made-up address, which the sandbox would believe unseen.
			const images = [new URL('/images/start.png', sandbox.baseUrl).href];
			const workflow = withParameters(faster.workflow, imageParameters(images));
			return { ...faster, workflow, images };
		},
		bill: async () => {
			const charged = sandbox.tasks().filter(({ charge }) => charge.refundedAt === undefined);
			const sum = charged.reduce((total, { charge }) => total + charge.amount, 0);
			const clips = charged
				.map(({ request }) => `one of ${request.input.duration} s`)
				.join(' and ');
			const real = `With a key of your own, APIXO would have charged for ${clips || 'no video'}`;
			return `nothing: $${sum.toFixed(2)} of play money.\n      ${real}, at your account's prices.`;
		},
		close: async () => await sandbox.close(),
	};
}

/** The node waits as long as it would for the real service, in the service's time. */
function atPace(order: Order, timeScale: number): Order {
	const options = { ...Object(parametersOf(order.workflow).options) };
	const seconds = (name: string, defaultMs: number) =>
		Number(options[name] ?? defaultMs / 1000) / timeScale;
	const paced = {
		...options,
		initialDelay: seconds('initialDelay', INITIAL_DELAY_MS),
		pollInterval: seconds('pollInterval', POLL_INTERVAL_MS),
	};
	return { ...order, workflow: withParameters(order.workflow, { options: paced }) };
}
