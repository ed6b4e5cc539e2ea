/* eslint-disable @n8n/community-nodes/no-restricted-globals */

/** Beyond this, 24 days, Node's timers fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Timers that a reset or a close can all take back. Times in ms. */
export class Timers {
	private readonly running = new Set<NodeJS.Timeout>();

	private cleared = false;

	constructor(private readonly timeScale: number) {}

	/** ms on the client's clock for so many ms of the service's time. */
	scaled(serviceMs: number): number {
		return serviceMs / this.timeScale;
	}

	/** Runs `action` after ms of the service's time. */
	after(serviceMs: number, action: () => void): void {
		this.afterReal(this.scaled(serviceMs), action);
	}

	/** Runs `action` after ms on the client's clock. */
	afterReal(ms: number, action: () => void): void {
		// A callback that `close` breaks off comes here to be sent again: that must hold nothing up.
		if (this.cleared) return;
		const timer = setTimeout(
			() => {
				this.running.delete(timer);
				action();
			},
			Math.min(ms, LONGEST_MS),
		);
		this.running.add(timer);
	}

	/** A pause in the service's time. After `clear` it never ends, and what waits for it is dropped. */
	async pause(serviceMs: number): Promise<void> {
		await new Promise<void>((resolve) => this.after(serviceMs, resolve));
	}

	/** A pause on the client's clock, dropped by `clear` in the same way. */
	async pauseReal(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.afterReal(ms, resolve));
	}

	/** Takes back all timers, the ones to come included. */
	clear(): void {
		this.cleared = true;
		for (const timer of this.running) clearTimeout(timer);
		this.running.clear();
	}
}
