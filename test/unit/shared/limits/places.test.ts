import { Places } from '../../../../nodes/shared/limits/places';
import { MAX_CONCURRENT_TASKS, SMALL_PLANS } from '../../../../nodes/shared/contract';
import { VirtualClock } from '../../lib/virtual-clock';

/** Without chance: every pause is half of the longest it may be. */
class SteadyClock extends VirtualClock {
	random(): number {
		return 0;
	}
}

const USUAL_END = 45_000;

/** Places, and an account of the service that allows so many tasks at once. */
function open(allowed = Infinity) {
	const places = new Places(new SteadyClock());
	let submitted = 0;
	let running = 0;
	/** One volley: sends what may go at once, then hears the answers. Gives how many went out and were taken. */
	const volley = (now: number) => {
		let sent = 0;
		while (places.maySubmit(now)) {
			places.reserve();
			sent++;
		}
		let accepted = 0;
		for (let nth = 0; nth < sent; nth++) {
			if (running < allowed) {
				running++;
				accepted++;
				places.accepted(`task_${submitted++}`, now + USUAL_END, now);
				places.watched(`task_${submitted - 1}`, now + USUAL_END);
			} else {
				places.limited(now, now, false);
			}
		}
		return { sent, accepted };
	};
	const end = (taskId: string) => {
		running--;
		places.ended(taskId);
	};
	return { places, volley, end };
}

describe('Places for tasks', () => {
	it('are tried for in volleys that double, up to a hundred, and to the documented limit', () => {
		const { places, volley } = open();
		const sizes: number[] = [];
		for (let now = 0; places.running < MAX_CONCURRENT_TASKS; now += 100)
			sizes.push(volley(now).sent);
		expect(sizes.slice(0, 6)).toEqual([4, 8, 16, 32, 64, 100]);
		expect(Math.max(...sizes)).toBe(100);
		expect(places.running).toBe(MAX_CONCURRENT_TASKS);
		expect(volley(1e6).sent).toBe(0);
		expect(places.areAllTaken).toBe(true);
	});

	it('are no more than ran at the last 429, until a pause is over; then one more is tried', () => {
		const { places, volley } = open(7);
		expect([volley(0), volley(100)]).toEqual([
			{ sent: 4, accepted: 4 },
			{ sent: 8, accepted: 3 },
		]);
		expect(places.areAllTaken).toBe(true);
		expect(volley(200).sent).toBe(0);
		expect(volley(100 + 500)).toEqual({ sent: 1, accepted: 0 });
		expect(volley(100 + 500 + 500).sent).toBe(0);
	});

	it('that fall free are taken again at once', () => {
		const { volley, end } = open(7);
		volley(0);
		volley(100);
		end('task_2');
		expect(volley(150)).toEqual({ sent: 1, accepted: 1 });
	});

	it('may be more again when a try was taken, twice in a row', () => {
		let allowed = 20;
		const places = new Places(new SteadyClock());
		const send = (now: number) => {
			places.reserve();
			if (places.running < allowed) places.accepted(`${places.running}`, Infinity, now);
			else places.limited(now, now, false);
		};
		for (let nth = 0; nth < 21; nth++) send(0);
		allowed = 100;
		let now = 0;
		for (; places.running < 60 && now < 60_000; now += 100) if (places.maySubmit(now)) send(now);
		expect(places.running).toBe(60);
		expect(now).toBeLessThan(20_000);
	});

	it.each(SMALL_PLANS)('at the very number of a small plan are hardly tried for again', (plan) => {
		const { concurrentTasks } = plan;
		const { places, volley } = open(concurrentTasks);
		for (let now = 0; now < 1_000; now += 100) volley(now);
		let tries = 0;
		for (let now = 1_000; now < 600_000; now += 100) tries += volley(now).sent;
		expect(places.running).toBe(concurrentTasks);
		expect(tries).toBeGreaterThan(0);
		expect(tries).toBeLessThanOrEqual(5);
	});

	it('are held by a task for as long as anybody watches it', () => {
		const { places } = open();
		places.reserve();
		places.accepted('task', USUAL_END, 0);
		places.watched('task', USUAL_END);
		places.watched('task', USUAL_END);
		places.unwatched('task');
		expect(places.expire(1e9)).toBe(false);
		expect(places.holds('task')).toBe(true);
		places.unwatched('task');
		expect(places.expire(USUAL_END - 1)).toBe(false);
		expect(places.expire(USUAL_END)).toBe(true);
		expect(places.holds('task')).toBe(false);
	});

	it('are not to blame for a 429 while one was free, or while nothing of ours runs', () => {
		const { places, volley, end } = open(7);
		places.reserve();
		expect(places.limited(0, 10, false)).toEqual({ kind: 'unexplained', hadPlace: false });
		volley(100);
		volley(200);
		end('task_0');
		places.reserve();
		expect(places.limited(10_000, 10_100, true)).toEqual({ kind: 'unexplained', hadPlace: true });
	});

	it('are tried for while others fall free and are taken again', () => {
		const { places, volley, end } = open(7);
		volley(0);
		volley(100);
		const later = 10_000;
		end('task_0');
		places.reserve();
		expect(places.maySubmit(later)).toBe(true);
		places.reserve();
		expect(places.maySubmit(later)).toBe(false);
	});

	it('are tried for anew where nothing of ours runs, whatever plan it seemed to be before', () => {
		const [{ concurrentTasks }] = SMALL_PLANS;
		const { places, volley, end } = open(concurrentTasks);
		volley(0);
		for (let nth = 0; nth < concurrentTasks; nth++) end(`task_${nth}`);
		// Others were quicker.
		places.reserve();
		expect(places.limited(10_000, 10_100, false)).toMatchObject({ kind: 'unexplained' });
		expect(volley(10_200)).toEqual({ sent: 4, accepted: 3 });
	});

	it('are learned once from the answers to one volley', () => {
		const { places } = open();
		places.reserve();
		places.accepted('task', Infinity, 0);
		for (let nth = 0; nth < 3; nth++) places.reserve();
		expect(places.limited(10, 100, false)).toMatchObject({ kind: 'full' });
		expect(places.limited(10, 110, false)).toEqual({ kind: 'known' });
		expect(places.limited(101, 200, false)).toMatchObject({ kind: 'full' });
	});

	it('are left alone while the service asks for a pause, or is not available', () => {
		const { places, volley, end } = open();
		volley(0);
		places.reserve();
		places.limited(10, 20, false, 30_000);
		end('task_0');
		expect(places.maySubmit(30_019)).toBe(false);
		expect(places.maySubmit(30_020)).toBe(true);
		places.reserve();
		places.unavailable(30_020, 30_030, 1, 5_000);
		expect(places.maySubmit(35_029)).toBe(false);
		expect(places.maySubmit(35_030)).toBe(true);
	});
});
