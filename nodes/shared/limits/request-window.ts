const BUCKET_MS = 500;
const BUCKETS = 121;

/**
 * Counts the requests of the last minute, as the service does for its limit. Each counts from its answer, because
 * nobody knows when the service had it, only that this was before. Times are ms on the clock.
 */
export class RequestWindow {
	private readonly answeredIn: number[] = new Array<number>(BUCKETS).fill(0);
	private readonly refusedIn: number[] = new Array<number>(BUCKETS).fill(0);
	private totalAnswered = 0;
	private totalRefused = 0;
	private latest = 0;

	answered(now: number): void {
		const bucket = this.bucketOf(now);
		this.answeredIn[bucket] = (this.answeredIn[bucket] ?? 0) + 1;
		this.totalAnswered++;
	}

	/** One of the requests was answered by a 429 just now. */
	refused(now: number): void {
		const bucket = this.bucketOf(now);
		this.refusedIn[bucket] = (this.refusedIn[bucket] ?? 0) + 1;
		this.totalRefused++;
	}

	inLastMinute(now: number): number {
		this.bucketOf(now);
		return this.totalAnswered;
	}

	accepted(now: number): number {
		this.bucketOf(now);
		return Math.max(0, this.totalAnswered - this.totalRefused);
	}

	/** Moves the window on to `now` and gives the bucket for it. */
	private bucketOf(now: number): number {
		const current = Math.floor(now / BUCKET_MS);
		const from = Math.max(this.latest + 1, current - BUCKETS + 1);
		for (let index = from; index <= current; index++) {
			const bucket = index % BUCKETS;
			this.totalAnswered -= this.answeredIn[bucket] ?? 0;
			this.totalRefused -= this.refusedIn[bucket] ?? 0;
			this.answeredIn[bucket] = 0;
			this.refusedIn[bucket] = 0;
		}
		this.latest = Math.max(this.latest, current);
		return current % BUCKETS;
	}
}
