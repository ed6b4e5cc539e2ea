import { balanceProblem, reserveOrders } from '../../nodes/Apixo/actions/video/spending';
import * as errors from '../../nodes/shared/errors';
import { FakeService } from './lib/fake-service';
import { VirtualClock } from './lib/virtual-clock';
import { REFERENCE, unique } from './lib/documents';
import { codeSpans, section, tableOf } from './lib/markdown';

/** Every function of `errors/` that makes a problem, called as the node does. */
const PROBLEMS: Record<string, errors.Problem[]> = {
	refused: [
		errors.refused('submit', { status: 400 }),
		errors.refused('read', { status: 401, message: 'No' }, 't1'),
		errors.refused('balance', { status: 500 }),
	],
	unreachable: [errors.unreachable('the connection was refused', 5)],
	outcomeUnknown: [errors.outcomeUnknown('the connection was lost')],
	orderedBefore: [errors.orderedBefore()],
	outcomeStillUnknown: [errors.outcomeStillUnknown()],
	outcomeUnknownWithKey: [errors.outcomeUnknownWithKey('the connection was lost')],
	outcomeStillUnknownWithKey: [errors.outcomeStillUnknownWithKey()],
	noBatches: [errors.noBatches(404)],
	keyInUse: [errors.keyInUse('another input')],
	keyBusy: [errors.keyBusy('in use')],
	itemRefused: [errors.itemRefused('no', 403)],
	refusedAfterUnclear: [errors.refusedAfterUnclear(errors.refused('submit', { status: 402 }))],
	withSpentKey: [
		errors.withSpentKey(errors.taskFailed({ taskId: 't1', ended: true, state: 'failed' })),
	],
	taskFailed: [errors.taskFailed({ taskId: 't1', ended: true, state: 'failed' })],
	timedOut: [errors.timedOut('t1', 600_000)],
	noTurn: [errors.noTurn(600_000)],
	noResult: [errors.noResult('t1')],
	withOthers: [],
	canceled: [errors.canceled(['t1'], [], 0)],
	crashed: [errors.crashed('a reason', [])],
	unprepared: [errors.unprepared('a reason')],
	cannotSuspendAsTool: [errors.cannotSuspendAsTool()],
	cannotSuspendHere: [errors.cannotSuspendHere('http://localhost:5678')],
	unreadableMemory: [errors.unreadableMemory()],
	badBaseUrl: [errors.badBaseUrl('absolute'), errors.badBaseUrl('no user info')],
	badKey: [errors.badKey()],
	notSendable: [errors.notSendable('a reason', 'A hint.')],
	unreadBalance: [errors.unreadBalance('a reason')],
};

/** Those of the two ceilings on spending. */
async function ofCeilings(): Promise<errors.Problem[]> {
	const service = new FakeService(new VirtualClock());
	const tooMany = reserveOrders({}, 'execution', 2, 1);
	const tooLittle = await balanceProblem(service, 1e6);
	const problem = errors.unreadBalance('a reason');
	Object.assign(service, { balance: async () => ({ kind: 'refused', problem }) });
	const unread = await balanceProblem(service, 1);
	if (tooMany.kind !== 'problem' || !tooLittle || !unread) throw new Error('A ceiling is missing');
	return [tooMany.problem, tooLittle, unread];
}

describe("The reference's section on failures", () => {
	const failures = section(REFERENCE, 'When something fails');
	/** The beginnings of texts; "…" stands for anything. */
	const beginnings = tableOf(failures, 'The text begins with')
		.rows.map((row) => codeSpans(row['The text begins with'] ?? '')[0] ?? '')
		.filter((text) => !text.startsWith("'Prompt'"));
	const begins = (message: string, beginning: string) =>
		new RegExp(`^${beginning.split('…').map(escaped).join('.+?')}`).test(message);

	it('knows every text of the package', async () => {
		const made = Object.entries(errors).filter(([, value]) => typeof value === 'function');
		expect(made.map(([name]) => name).sort()).toEqual(Object.keys(PROBLEMS).sort());
		const all = [...Object.values(PROBLEMS).flat(), ...(await ofCeilings())];
		const messages = all.map(({ message }) => message);
		const unknown = messages.filter((message) => !beginnings.some((one) => begins(message, one)));
		expect(unknown).toEqual([]);
		const unused = beginnings.filter((one) => !messages.some((message) => begins(message, one)));
		expect(unused).toEqual([]);
	});

	it('knows every status that has a hint of its own', () => {
		const hintOf = (status: number) => errors.refused('submit', { status }).description;
		const all = Array.from({ length: 200 }, (_, index) => 400 + index);
		const special = all.filter((status) => hintOf(status) !== hintOf(599)).map(String);
		expect(tableOf(failures, 'Status').rows.map((row) => row.Status)).toEqual(special);
	});

	it('knows every fail code that has a hint', () => {
		const { rows } = tableOf(failures, 'Fail codes');
		const codes = rows.flatMap((row) => codeSpans(row['Fail codes'] ?? ''));
		expect(codes.sort()).toEqual(Object.keys(errors.FAIL_CODE_HINTS).sort());
		const hints = rows.map((row) =>
			unique(codeSpans(row['Fail codes'] ?? '').map((code) => errors.FAIL_CODE_HINTS[code] ?? '')),
		);
		for (const hint of hints) expect(hint).toHaveLength(1);
	});
});

function escaped(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
