/** How to bring an execution to the moment at which it is ended. */
import type { MomentKey } from './plan.ts';
import type { Gates, Till } from './till.mts';

export interface Moment {
	key: MomentKey;
	items: number;
	/** Where the service stands still. */
	gates: Partial<Gates>;
	/** Of the node, beside its prompt. */
	parameters?: Record<string, unknown>;
	/** After the name, so that each try gives another text. */
	prompt?: string;
	/** Whether the execution has come this far. */
	reached(till: Till, status: string): boolean | Promise<boolean>;
	/** The execution sleeps then: nothing has to be retried, and no time limit counts. */
	sleeps?: true;
}

const DOWNLOAD = { downloadVideo: true };
const SLEEP = { requestType: 'callback', callbackTo: 'execution' };

const allAreRead = (till: Till) =>
	till.orders.length === 3 && till.orders.every(({ answered, reads }) => answered && reads > 0);

export const MOMENTS: Moment[] = [
	{
		key: 'first',
		items: 3,
		gates: { answers: 0, ready: false },
		reached: (till) => till.orders.length === 3,
	},
	{
		key: 'middle',
		items: 40,
		gates: { answers: 20, ready: false },
		reached: ({ orders }) =>
			orders.length > 20 && orders.filter(({ answered }) => answered).length === 20,
	},
	{
		key: 'polling',
		items: 3,
		gates: { ready: false },
		reached: allAreRead,
	},
	{
		key: 'now',
		items: 3,
		gates: { ready: false },
		prompt: ' at {{ $now.toMillis() }}',
		reached: allAreRead,
	},
	{
		key: 'download',
		items: 3,
		gates: { clips: false },
		parameters: DOWNLOAD,
		reached: ({ held }) => held.clips >= 3,
	},
	{
		key: 'asleep',
		items: 3,
		gates: { ready: false },
		parameters: SLEEP,
		sleeps: true,
		reached: (_, status) => status === 'waiting',
	},
	{
		key: 'woken',
		items: 3,
		gates: { ready: false, clips: false },
		parameters: { ...SLEEP, ...DOWNLOAD },
		reached: async (till, status) => {
			if (status === 'waiting' && till.held.clips === 0) await till.finish();
			return till.held.clips > 0;
		},
	},
	{
		key: 'end',
		items: 3,
		gates: { next: false },
		reached: ({ held }) => held.next > 0,
	},
];
