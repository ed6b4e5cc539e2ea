import { Turns, type DueLook, type Participant } from '../../../../nodes/shared/limits/turns';
import { VirtualClock } from '../../lib/virtual-clock';

/** Turns on a clock, with room for so many submissions and looks in each round, and what had its turn, in order. */
function open({ submissions = Infinity, looks = Infinity, scarce = false } = {}) {
	const clock = new VirtualClock();
	const log: string[] = [];
	let [rounds, submissionsLeft, looksLeft] = [0, 0, 0];
	const turns = new Turns(clock, {
		beginRound: () => {
			rounds++;
			submissionsLeft = submissions;
			looksLeft = looks;
		},
		mayRead: () => looksLeft-- > 0,
		maySubmit: () => submissionsLeft > 0,
		reserve: () => {
			submissionsLeft--;
		},
		isScarce: () => scarce,
		isShortOfReads: () => false,
		mayLookEarly: () => false,
		lookedEarly: () => {},
	});
	/** A batch of so many submissions, and of looks that are due since then. */
	const batch = (name: string, waiting: number, due: number[] = []) => {
		const participant: Participant & { waiting: number } = {
			waiting,
			wanted: () => participant.waiting,
			submit: (count) => {
				participant.waiting -= count;
				log.push(...new Array<string>(count).fill(name));
			},
			watching: () => due.length,
			dueLooks: () =>
				due.map(
					(dueAt): DueLook => ({
						dueAt,
						take: () => {
							due.splice(due.indexOf(dueAt), 1);
							log.push(`${name} looks, due at ${dueAt}`);
						},
						miss: () => {},
					}),
				),
			lookEarly: () => false,
			tick: () => {
				if (participant.waiting === 0 && due.length === 0) turns.leave(participant);
			},
			fault: (error) => {
				throw error;
			},
		};
		turns.join(participant);
		return participant;
	};
	// The first to join has a round of its own; so those that join now share the next one.
	const opener: Participant = { ...batch('opener', 0), tick: () => {} };
	turns.join(opener);
	return { clock, turns, log, batch, opener, rounds: () => rounds };
}

describe('Turns', () => {
	it('go to one batch after the other, however many submissions each has', async () => {
		const { clock, log, batch } = open({ submissions: 1 });
		batch('large', 100);
		await clock.pass(60);
		batch('small', 1);
		batch('other', 2);
		await clock.pass(400);
		expect(log.slice(0, 7)).toEqual([
			'large',
			'large',
			'small',
			'other',
			'large',
			'other',
			'large',
		]);
	});

	it('share one round fairly, too', async () => {
		const { clock, log, batch } = open({ submissions: 6 });
		batch('a', 100);
		batch('b', 100);
		await clock.pass(60);
		expect(log.sort()).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
	});

	it('are given again to a submission that was turned away, before all others', async () => {
		const { clock, turns, log, batch } = open({ submissions: 1 });
		const first = batch('first', 1);
		batch('second', 3);
		batch('third', 3);
		await clock.pass(60);
		first.waiting++;
		turns.join(first);
		turns.turnedAway(first);
		await clock.pass(60);
		expect(log).toEqual(['first', 'first']);
	});

	it('go to the look that is due for the longest time, whosever it is', async () => {
		const { clock, log, batch } = open({ looks: 1 });
		batch('a', 0, [30, 10]);
		batch('b', 0, [20]);
		await clock.pass(200);
		expect(log).toEqual(['a looks, due at 10', 'b looks, due at 20', 'a looks, due at 30']);
	});

	it.each([
		[true, ['a looks, due at 1', 'b']],
		[false, ['b', 'a looks, due at 1']],
	])('let looks go before submissions where requests are scarce (%s)', async (scarce, order) => {
		const { clock, log, batch } = open({ scarce });
		batch('a', 0, [1]);
		batch('b', 1);
		await clock.pass(60);
		expect(log).toEqual(order);
	});

	it('go on for the others when one of them is at fault', async () => {
		const { clock, turns, log, batch } = open();
		const bad = batch('bad', 1);
		const faults: unknown[] = [];
		bad.submit = () => {
			throw new Error('ours');
		};
		bad.fault = (error) => {
			faults.push(error);
			turns.leave(bad);
		};
		batch('good', 1);
		await clock.pass(60);
		expect(faults).toEqual([new Error('ours')]);
		expect(log).toEqual(['good']);
	});

	it('are taken only while there is somebody, and again for who comes later', async () => {
		const { clock, log, batch, rounds, turns, opener } = open();
		batch('a', 1);
		turns.leave(opener);
		await clock.pass(1_000);
		const before = rounds();
		expect(turns.isEmpty).toBe(true);
		await clock.pass(10_000);
		expect(rounds()).toBe(before);
		batch('b', 1);
		await clock.pass(60);
		expect(log).toEqual(['a', 'b']);
	});
});
