import { BATCH_KEY_HEADER, isModel, PATHS, type Model } from '../nodes/shared/contract';
import type { Account } from './account';
import { json, ok, refusal, type Answer, type Call } from './answer';
import type { Batches } from './batches';
import { CLIP_TYPE, clipBody, clipOf } from './clips';
import type { Journal } from './journal';
import type { Settings } from './options';
import { PromptScriptError, readPromptScript } from './prompt-script';
import { checkBatch, checkRequest, parseJson } from './requests';
import { clipCount, parseClipPath, taskData } from './task';
import type { Tasks } from './tasks';

export const BASE_PATH = '/api/v1';

const ORDERS_PATH = BASE_PATH + PATHS.submit('');

/** What a path names where orders go: a model, with or without its batches, and perhaps one of those. */
function orderPath(path: string): { model: string; isBatch: boolean; batchId?: string } {
	const [model = '', kind, batchId] = path.slice(ORDERS_PATH.length).split('/');
	return { model, isBatch: kind === 'batches', batchId };
}

/** The path of one batch. */
export const isBatchPath = (path: string) =>
	path.startsWith(ORDERS_PATH) && orderPath(path).batchId !== undefined;

interface Surroundings {
	settings: Settings;
	journal: Journal;
	tasks: Tasks;
	batches: Batches;
	accounts: Map<string, Account>;
}

/** The answers of the service, by its contract. What a client does wrong is put on record. */
export class Service {
	constructor(private readonly around: Surroundings) {}

	submit(call: Call): Answer {
		const { journal, tasks, settings } = this.around;
		journal.submissionsReceived++;
		const { model, isBatch } = orderPath(call.path);
		if (isBatch && settings.batches === 'none') return this.refuse(404, 'Not found');
		const account = this.accountOf(call);
		if (!account) return this.unauthorized();
		if (!isModel(model)) return this.breach(404, `Unknown model "${model}"`);
		const wait = account.countRequest();
		if (wait > 0) {
			journal.tooManyRequests.submit.rate++;
			return this.tooMany('Rate limit exceeded', wait);
		}
		if (!String(call.headers['content-type'] ?? '').startsWith('application/json')) {
			return this.breach(400, 'Content-Type must be application/json');
		}
		if (isBatch) return this.submitBatch(call, account, model);
		const checked = checkRequest(parseJson(call.body), model);
		if ('broken' in checked) return this.breach(400, `Invalid parameters: ${checked.broken}`);
		const script = readPromptScript(checked.request.input.prompt);
		if (script instanceof PromptScriptError) return this.refuse(400, script.message);
		if (script.refuse !== undefined) return this.refuse(script.refuse, 'Refused on demand');
		if (account.balance < settings.pricePerTask) return this.refuse(402, 'Insufficient balance');
		if (account.running >= settings.concurrentTasks) return this.tooManyTasks();
		const { request } = checked;
		const task = tasks.accept({ account, origin: originOf(call), model, request, script });
		return {
			...json(200, ok({ taskId: task.id })),
			accepted: { taskId: task.id, charged: settings.pricePerTask },
		};
	}

	private submitBatch(call: Call, account: Account, model: Model): Answer {
		const { batches, settings } = this.around;
		const key = String(call.headers[BATCH_KEY_HEADER.toLowerCase()] ?? '');
		if (key === '') return this.breach(400, `The header ${BATCH_KEY_HEADER} is missing`);
		const checked = checkBatch(parseJson(call.body), model);
		if ('broken' in checked) return this.breach(400, `Invalid parameters: ${checked.broken}`);
		const { request } = checked;
		const came = batches.order({ account, origin: originOf(call), model, key, request });
		if (came.kind === 'conflict') return this.refuse(422, came.message);
		if (came.kind === 'full') return this.tooManyTasks();
		const answer = json(200, ok(came.data));
		const [taskId] = came.created;
		if (taskId === undefined) return answer;
		const charged = came.created.length * settings.pricePerTask;
		return { ...answer, accepted: { taskId, charged } };
	}

	/** Of a task, or of a batch. */
	read(call: Call): Answer {
		const { journal, tasks } = this.around;
		journal.readsReceived++;
		const account = this.accountOf(call);
		if (!account) return this.unauthorized();
		const wait = account.countRequest();
		if (wait > 0) {
			journal.tooManyRequests.read.rate++;
			return this.tooMany('Rate limit exceeded', wait);
		}
		if (isBatchPath(call.path)) return this.readBatch(call, account);
		const model = call.path.slice(`${BASE_PATH}${PATHS.read('')}`.length);
		if (!isModel(model)) return this.breach(404, `Unknown model "${model}"`);
		const taskId = call.query.get('taskId');
		if (!taskId) return this.breach(400, 'taskId is missing');
		const task = tasks.get(taskId);
		if (task?.account !== account || task.model !== model)
			return this.refuse(404, 'Task not found');
		task.reads++;
		journal.note('read', `read: ${task.state}`, task.id);
		return json(200, ok(taskData(task, originOf(call))));
	}

	private readBatch({ path }: Call, account: Account): Answer {
		const { batchId = '' } = orderPath(path);
		const data = this.around.batches.read(account, batchId);
		return data === undefined ? this.refuse(404, 'Batch not found') : json(200, ok(data));
	}

	balance(call: Call): Answer {
		const account = this.accountOf(call);
		return account ? json(200, ok(account.balance)) : this.unauthorized();
	}

	download(call: Call): Answer {
		const { journal, tasks } = this.around;
		if (call.headers.authorization !== undefined) {
			journal.breach(`The API key was sent along with the download of ${call.path}`);
		}
		const named = parseClipPath(call.path);
		const task = named && tasks.get(named.taskId);
		if (!task || task.state !== 'success' || named.index >= clipCount(task)) {
			return this.refuse(404, 'No such video');
		}
		task.downloads++;
		journal.downloads++;
		journal.note('download', 'downloaded', task.id);
		const { duration } = task.request.input;
		const clip = clipOf(duration, task.request.input.aspect_ratio, task.nth + named.index);
		const { size, slowDownload } = task.script;
		return {
			status: 200,
			headers: { 'Content-Type': CLIP_TYPE },
			body: clipBody(clip, size, slowDownload),
		};
	}

	/** The prompt of a task, whoever asks. */
	promptOf(taskId: string | undefined): string | undefined {
		return taskId === undefined ? undefined : this.around.tasks.get(taskId)?.request.input.prompt;
	}

	private accountOf({ headers }: Call): Account | undefined {
		const [, key] = /^Bearer (.+)$/.exec(String(headers.authorization ?? '')) ?? [];
		return key === undefined ? undefined : this.around.accounts.get(key);
	}

	private unauthorized(): Answer {
		const answer = this.refuse(401, 'Invalid API key');
		return this.around.settings.unauthorizedAs === 'body' ? { ...answer, status: 200 } : answer;
	}

	/** What no endpoint of the service answers. */
	unknown({ method, path }: Call): Answer {
		return this.breach(404, `No such endpoint: ${method} ${path}`);
	}

	private refuse(status: number, message: string): Answer {
		this.around.journal.note('refused', `refused with ${status}: ${message}`);
		return refusal(status, message);
	}

	private breach(status: number, message: string): Answer {
		this.around.journal.breach(message);
		return refusal(status, message);
	}

	private tooManyTasks(): Answer {
		this.around.journal.tooManyRequests.submit.concurrency++;
		return this.tooMany('Too many concurrent tasks', 1_000);
	}

	/** `wait` is on the client's clock, ms. */
	private tooMany(message: string, wait: number): Answer {
		const { retryAfter } = this.around.settings;
		const answer = this.refuse(429, message);
		if (retryAfter === 'none') return answer;
		const value =
			retryAfter === 'seconds'
				? String(Math.ceil(wait / 1_000))
				: new Date(Date.now() + wait + 999).toUTCString();
		return { ...answer, headers: { ...answer.headers, 'Retry-After': value } };
	}
}

const originOf = ({ headers }: Call) => `http://${String(headers.host)}`;
