import { z } from 'zod';
import { json, text, type Answer, type Call } from './answer';
import { faultRule } from './faults';
import { brokenRules, parseJson } from './requests';
import type { Sandbox } from './sandbox';

const callbackOrder = z.union([
	z.strictObject({ taskId: z.string(), times: z.number().int().min(1).max(10).default(1) }),
	z.strictObject({ url: z.string(), body: z.unknown() }),
]);

/** The same controls over HTTP, for tests in other processes, below `/sandbox/`. */
export class Control {
	constructor(private readonly sandbox: () => Sandbox) {}

	async answer({ method, path, body }: Call): Promise<Answer> {
		const sandbox = this.sandbox();
		switch (`${method} ${path}`) {
			case 'GET /sandbox/stats':
				return json(200, sandbox.stats());
			case 'GET /sandbox/tasks':
				return json(200, sandbox.tasks());
			case 'GET /sandbox/breaches':
				return json(200, sandbox.breaches());
			case 'GET /sandbox/faults':
				return json(200, { rules: sandbox.faults.list(), firings: sandbox.faults.firings });
			case 'POST /sandbox/faults':
				return this.withBody(faultRule, body, (rule) => ({ rule: sandbox.faults.add(rule) }));
			case 'DELETE /sandbox/faults':
				sandbox.faults.clear();
				return json(200, {});
			case 'POST /sandbox/reset':
				sandbox.reset();
				return json(200, {});
			case 'POST /sandbox/callbacks':
				return await this.withBody(callbackOrder, body, async (order) =>
					'taskId' in order
						? await sandbox.sendCallback(order.taskId, order.times)
						: await sandbox.forgeCallback(order.url, order.body),
				);
			default:
				return text(404, 'No such control');
		}
	}

	private async withBody<Schema extends z.ZodTypeAny>(
		schema: Schema,
		body: Buffer,
		act: (value: z.output<Schema>) => unknown,
	): Promise<Answer> {
		const checked = schema.safeParse(parseJson(body));
		if (!checked.success) return text(400, brokenRules(checked.error));
		try {
			return json(200, await act(checked.data as z.output<Schema>));
		} catch (error) {
			return text(400, error instanceof Error ? error.message : String(error));
		}
	}
}
