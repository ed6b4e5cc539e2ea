/** How the service counts the requests of a minute. */
export const LIMITERS = ['sliding', 'fixed', 'bucket'] as const;
export type LimiterKind = (typeof LIMITERS)[number];

export interface LimiterOptions {
	kind: LimiterKind;
	/** Requests in a minute. */
	limit: number;
	minuteMs: number;
	/** Whether a request that is refused counts like one that passes, so that asking on keeps it shut. */
	countsRefused: boolean;
}

/** Counts a request at `now`: 0 when it may pass, else the ms until another one might. */
export type Limiter = (now: number) => number;

export function createLimiter(options: LimiterOptions): Limiter {
	return { sliding, fixed, bucket }[options.kind](options);
}

/** Any minute, up to now. A queue of times: each request costs the same however many there are. */
function sliding({ limit, minuteMs, countsRefused }: LimiterOptions): Limiter {
	let times: number[] = [];
	let head = 0;
	return (now) => {
		while (head < times.length && (times[head] ?? 0) <= now - minuteMs) head++;
		if (head > limit) {
			times = times.slice(head);
			head = 0;
		}
		const isFull = times.length - head >= limit;
		if (!isFull || countsRefused) times.push(now);
		if (!isFull) return 0;
		// So many have to go until one more fits in.
		const last = times[times.length - limit] ?? now;
		return Math.max(1, last + minuteMs - now);
	};
}

/** Minute by minute. All are free again when the next one begins, so it does not matter what is refused. */
function fixed({ limit, minuteMs }: LimiterOptions): Limiter {
	let current = NaN;
	let taken = 0;
	return (now) => {
		const minute = Math.floor(now / minuteMs);
		if (minute !== current) taken = 0;
		current = minute;
		if (taken >= limit) return Math.max(1, (minute + 1) * minuteMs - now);
		taken++;
		return 0;
	};
}

/** As many as fit into the bucket at once, and a steady trickle into it. It can owe as much as it holds. */
function bucket({ limit, minuteMs, countsRefused }: LimiterOptions): Limiter {
	const perMs = limit / minuteMs;
	let tokens = limit;
	let filledAt = NaN;
	return (now) => {
		if (!Number.isNaN(filledAt)) tokens = Math.min(limit, tokens + (now - filledAt) * perMs);
		filledAt = now;
		const passes = tokens >= 1;
		if (passes || countsRefused) tokens = Math.max(-limit, tokens - 1);
		return passes ? 0 : Math.max(1, (1 - tokens) / perMs);
	};
}
