import { PARTS, type Turn } from './parts.mts';
import type { Stage } from './stage.mts';

/** All parts of the load at once, turn after turn, and the books. */
export class MixedLoad {
	/** What went wrong, in words. */
	readonly troubles: string[] = [];
	rounds = 0;
	tasks = 0;
	/** Submissions and reads. */
	requests = 0;
	/** Of each part's turns, ms. */
	private readonly longest = new Map<string, number>();

	private constructor(
		private readonly stage: Stage,
		private readonly turns: Array<{ name: string; turn: Turn }>,
	) {}

	/** Stores the workflows and switches them on. */
	static async prepare(stage: Stage): Promise<MixedLoad> {
		const turns = Object.entries(PARTS).map(async ([name, part]) => ({
			name,
			turn: await part(stage),
		}));
		return new MixedLoad(stage, await Promise.all(turns));
	}

	/** One turn of each part; all of it has ended then. */
	async playRound(): Promise<void> {
		const round = ++this.rounds;
		await Promise.all(
			this.turns.map(async ({ name, turn }) => {
				const started = Date.now();
				try {
					await turn(`${name} ${round}`);
				} catch (error) {
					const reason = error instanceof Error ? error.message : String(error);
					this.troubles.push(`${name}, round ${round}: ${reason}`);
				}
				const ms = Date.now() - started;
				this.longest.set(name, Math.max(this.longest.get(name) ?? 0, ms));
			}),
		);
		this.closeBooks();
	}

	/** The longest turn of each part, in words. */
	longestTurns(): string {
		const seconds = (ms: number) => (ms / 1000).toFixed(1);
		return [...this.longest].map(([name, ms]) => `${name} ${seconds(ms)} s`).join(', ');
	}

	/** Each prompt has one task at most, and nothing broke the contract. */
	private closeBooks(): void {
		const { sandbox } = this.stage;
		const prompts = sandbox.tasks().map(({ request }) => request.input.prompt);
		const twice = prompts.filter((prompt, nth) => prompts.indexOf(prompt) !== nth);
		this.troubles.push(...twice.map((prompt) => `Paid twice: ${prompt}`));
		this.troubles.push(...sandbox.breaches().map((breach) => `Breach of the contract: ${breach}`));
		const { submissionsReceived, reads } = sandbox.stats();
		this.tasks += prompts.length;
		this.requests += submissionsReceived + reads;
		sandbox.reset();
	}
}
