/**
 * So many at once, then one every five seconds: what strangers may use up together. Unsigned callbacks draw from
 * it, because anybody who learns a trigger's URL can send them, and each would cost a read. A flood may go on for
 * long, so little grows back; real ones come in bursts, and four times each, so many go at once.
 */
const AT_ONCE = 30;
const ONE_EVERY_MS = 5_000;

export class Allowance {
	private left = AT_ONCE;
	private filledAt = -Infinity;

	/** Whether there was one left. */
	take(now: number): boolean {
		const grown = Math.floor((now - this.filledAt) / ONE_EVERY_MS);
		if (grown > 0) {
			this.left = Math.min(AT_ONCE, this.left + grown);
			this.filledAt = this.left === AT_ONCE ? now : this.filledAt + grown * ONE_EVERY_MS;
		}
		if (this.left === 0) return false;
		this.left--;
		return true;
	}
}
