import { MAX_REQUESTS_PER_MINUTE } from '../../../../nodes/shared/contract';
import { RequestPace } from '../../../../nodes/shared/limits/request-pace';
import { VirtualClock } from '../../lib/virtual-clock';

const open = () => new RequestPace(new VirtualClock());

/** A submission that is sent, and answered at once. */
function submit(pace: RequestPace, now: number): void {
	pace.reserve();
	pace.submitStarted();
	pace.submitEnded(now);
}

/** Submits all that may go at `now`; gives how many. */
function submitAll(pace: RequestPace, now: number): number {
	let count = 0;
	for (; pace.hasRoom(now); count++) submit(pace, now);
	return count;
}

/** A read that is refused by the limit on requests. */
function refusedRead(pace: RequestPace, now: number, retryAfterMs?: number): void {
	pace.readStarted(now, 0);
	pace.readEnded(now);
	pace.refused(now);
	pace.limited(now, now, true, retryAfterMs);
}

describe('The pace of requests, while nothing is known', () => {
	it('stays a little under the documented rate, in any minute', () => {
		const pace = open();
		expect(submitAll(pace, 0)).toBe(MAX_REQUESTS_PER_MINUTE * 0.95);
		expect(submitAll(pace, 59_000)).toBe(0);
		expect(submitAll(pace, 62_000)).toBe(MAX_REQUESTS_PER_MINUTE * 0.95);
	});

	it('counts what was promised room, until it is given back', () => {
		const pace = open();
		for (let nth = 0; nth < MAX_REQUESTS_PER_MINUTE * 0.95; nth++) pace.reserve();
		expect(pace.hasRoom(0)).toBe(false);
		pace.giveBack();
		expect(pace.hasRoom(0)).toBe(true);
	});

	it('has no more than a hundred reads under way', () => {
		const pace = open();
		for (let nth = 0; nth < 100; nth++) pace.readStarted(0, 0);
		expect(pace.mayRead(0)).toBe(false);
		pace.readEnded(0);
		expect(pace.mayRead(0)).toBe(true);
	});

	it.each([
		[7, 'six seconds', Infinity],
		[4, 'three seconds where requests may be scarce', 60],
	])('spaces reads evenly, and makes up, by %d at once, for %s', (atOnce, _, plan) => {
		const pace = open();
		pace.suspect(plan);
		let reads = 0;
		for (; pace.mayRead(100_000); reads++) {
			pace.readStarted(100_000, 1_000);
			pace.readEnded(100_000);
		}
		expect(reads).toBe(atOnce);
		expect(pace.mayRead(100_999)).toBe(false);
		expect(pace.mayRead(101_000)).toBe(true);
	});

	it('lets reads that have no turn, as for callbacks, put the next turn off by one gap at most', () => {
		const pace = open();
		for (let nth = 0; nth < 200; nth++) {
			pace.readStarted(100_000, 12_000);
			pace.readEnded(100_000);
		}
		expect(pace.mayRead(111_999)).toBe(false);
		expect(pace.mayRead(112_000)).toBe(true);
	});

	it('leaves to submissions what they need, but never more than half', () => {
		const pace = open();
		const perMinute = MAX_REQUESTS_PER_MINUTE * 0.95;
		expect(pace.readGapMs(0)).toBeCloseTo(60_000 / perMinute);
		expect(pace.readGapMs(1_000)).toBeCloseTo(60_000 / (perMinute - 1_000));
		expect(pace.readGapMs(1e6)).toBeCloseTo(60_000 / (perMinute / 2));
	});
});

describe('The pace of requests, while it may be a small plan', () => {
	it('is that plan’s at first; beyond it one goes at a time, and the first that is taken ends the matter', () => {
		const pace = open();
		pace.wanted = 100;
		pace.suspect(10);
		expect(pace.isScarce).toBe(true);
		for (let nth = 0; nth < 10; nth++) submit(pace, nth);
		pace.reserve();
		pace.submitStarted();
		expect(pace.hasRoom(20)).toBe(false);
		pace.submitEnded(21);
		expect(pace.taken(21)).toEqual({ clearsSuspicion: true });
		expect(pace.isScarce).toBe(false);
	});

	it('does not go beyond it for what fits into the next minute', () => {
		const pace = open();
		pace.wanted = 10;
		pace.suspect(10);
		expect(submitAll(pace, 0)).toBe(10);
	});

	it('is that plan’s for ten minutes when the service says so', () => {
		const pace = open();
		pace.wanted = 100;
		pace.suspect(10);
		for (let nth = 0; nth < 10; nth++) submit(pace, 0);
		refusedRead(pace, 100);
		pace.taken(70_000);
		for (const now of [130_000, 200_000, 400_000, 550_000]) expect(submitAll(pace, now)).toBe(10);
		expect(submitAll(pace, 700_000)).toBe(15);
	});
});

describe('The pace of requests, after a 429 about it', () => {
	it('is what the service took in the last minute; it grows again when that held', () => {
		const pace = open();
		for (let nth = 0; nth < 120; nth++) {
			submit(pace, 0);
			pace.taken(0);
		}
		refusedRead(pace, 10_000);
		expect(pace.isScarce).toBe(true);
		pace.taken(20_000);
		expect(submitAll(pace, 30_000)).toBe(0);
		expect(submitAll(pace, 62_000)).toBe(119);
		// Held for two minutes, then raised, and again a minute later.
		expect(submitAll(pace, 129_000)).toBe(120);
		expect(submitAll(pace, 190_000)).toBe(180);
		expect(submitAll(pace, 251_000)).toBe(270);
	});

	it('is nothing at all for as long as the service asks', () => {
		const pace = open();
		refusedRead(pace, 0, 40_000);
		expect(pace.isSilent(39_999)).toBe(true);
		expect(pace.mayRead(39_999)).toBe(false);
		expect(pace.mayRead(40_000)).toBe(true);
	});

	it('is as many again as the service took in a minute', () => {
		const pace = open();
		refusedRead(pace, 0);
		const now = 10_000;
		for (let nth = 0; nth < 30; nth++) {
			pace.readStarted(now, 0);
			pace.readEnded(now);
			pace.taken(now);
		}
		expect(pace.hasRoom(now)).toBe(false);
		expect(submitAll(pace, now + 61_000)).toBe(30);
	});

	it('after several in a row looks first: what is paid for comes before new orders', () => {
		const pace = open();
		const refused = (now: number) => {
			submit(pace, now);
			pace.refused(now);
			pace.limited(now, now, false);
		};
		refused(0);
		expect(pace.isScarce).toBe(false);
		refused(2_000);
		expect(pace.isScarce).toBe(true);
		pace.taken(20_000);
		expect(pace.isScarce).toBe(false);
	});

	it('never falls so low that nothing is fetched', () => {
		const pace = open();
		for (let now = 0; now < 3_600_000; now += 400_000) refusedRead(pace, now);
		pace.taken(4_000_000);
		expect(submitAll(pace, 4_000_000)).toBeGreaterThanOrEqual(5);
	});

	it('lets a first look wait until its task has probably ended', () => {
		const pace = open();
		expect(pace.isShortOfReads(3, 4_999)).toBe(false);
		expect(pace.isShortOfReads(3, 5_000)).toBe(true);
	});
});
