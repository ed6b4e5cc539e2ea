import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';

import {
	KLING_MODEL,
	PATHS,
	type Envelope,
	type TaskData,
} from '../../../../nodes/shared/contract';
import {
	startSandbox,
	type Sandbox,
	type SandboxOptions,
	type SandboxTask,
} from '../../../../sandbox';
import { until } from '../../../../harness/until';

/** Fast enough that a clip of 5 s takes 30 to 45 ms. */
export const TIME_SCALE = 1_000;

const opened: Sandbox[] = [];
afterEach(async () => {
	await Promise.all(opened.splice(0).map(async (sandbox) => await sandbox.close()));
});

/** A sandbox that ends with the test, and a client of it. */
export async function open(options: SandboxOptions = {}): Promise<Client> {
	const sandbox = await startSandbox({ timeScale: TIME_SCALE, ...options });
	opened.push(sandbox);
	return new Client(sandbox);
}

/** A client that gives every answer as it is, errors included. */
export class Client {
	readonly http: AxiosInstance;

	constructor(
		readonly sandbox: Sandbox,
		apiKey = sandbox.apiKey,
	) {
		this.http = axios.create({
			baseURL: sandbox.baseUrl,
			headers: { Authorization: `Bearer ${apiKey}` },
			validateStatus: () => true,
			proxy: false,
		});
	}

	async post(
		body: unknown,
		config: AxiosRequestConfig = {},
		model: string = KLING_MODEL,
	): Promise<AxiosResponse<Envelope<{ taskId: string } | null>>> {
		const headers = { 'Content-Type': 'application/json', ...config.headers };
		const data = typeof body === 'string' ? body : JSON.stringify(body);
		return await this.http.post(PATHS.submit(model), data, { ...config, headers });
	}

	async submit(prompt = 'A paper boat', request: object = {}, input: object = {}) {
		return await this.post(textToVideo({ ...request }, { prompt, ...input }));
	}

	/** Submits, and gives the id of the task. */
	async submitted(...order: Parameters<Client['submit']>): Promise<string> {
		const { data } = await this.submit(...order);
		if (!data.data) throw new Error(data.message);
		return data.data.taskId;
	}

	async read(
		taskId: string,
		config: AxiosRequestConfig = {},
		model: string = KLING_MODEL,
	): Promise<AxiosResponse<Envelope<TaskData>>> {
		const request: AxiosRequestConfig = { ...config, params: { taskId } };
		return await this.http.get(PATHS.read(model), request);
	}

	async balance(): Promise<AxiosResponse<Envelope<number | null>>> {
		return await this.http.get(PATHS.balance);
	}

	/** As a download should be: whole, and without the key. */
	async download(url: string, config: AxiosRequestConfig = {}): Promise<AxiosResponse<Buffer>> {
		return await axios.get(url, {
			responseType: 'arraybuffer',
			validateStatus: () => true,
			proxy: false,
			...config,
		});
	}

	task(taskId: string): SandboxTask {
		const found = this.sandbox.tasks().find(({ id }) => id === taskId);
		if (!found) throw new Error(`There is no task ${taskId}`);
		return found;
	}

	/** The task, once it has ended. */
	async ended(taskId: string): Promise<SandboxTask> {
		return await until(() => {
			const task = this.task(taskId);
			return task.completeTime !== undefined && task;
		});
	}

	/** Waits until so many callbacks of a task were sent and answered, or given up. */
	async settled(taskId: string, count: number): Promise<SandboxTask['callbacks']> {
		return await until(() => {
			const { callbacks } = this.task(taskId);
			const done = callbacks.every(({ status, note }) => status !== null || note !== undefined);
			return callbacks.length >= count && done && callbacks;
		});
	}

	/** The URLs of a task's clips, once it has ended. */
	async clips(...order: Parameters<Client['submit']>): Promise<string[]> {
		const taskId = await this.submitted(...order);
		await this.ended(taskId);
		return resultUrls((await this.read(taskId)).data.data);
	}
}

/** A good body of a submission, with these changes; a field that is undefined is left out. */
export function textToVideo(request: object = {}, input: object = {}): object {
	return {
		request_type: 'async',
		...request,
		input: { mode: 'text-to-video', prompt: 'A paper boat', duration: 5, ...input },
	};
}

export function imageToVideo(imageUrls: unknown, input: object = {}): object {
	return {
		request_type: 'async',
		input: {
			mode: 'image-to-video',
			prompt: 'A paper boat',
			duration: 5,
			image_urls: imageUrls,
			...input,
		},
	};
}

export function resultUrls({ resultJson }: TaskData): string[] {
	return (JSON.parse(String(resultJson)) as { resultUrls: string[] }).resultUrls;
}

/** A client that goes away after so many ms. */
export const leaving = (ms: number) => ({ signal: AbortSignal.timeout(ms) });

/** What became of a request that got no whole answer: the code of the error. */
export async function brokenBy(request: Promise<unknown>): Promise<string> {
	return await request.then(
		() => 'answered',
		(error: unknown) => (axios.isAxiosError(error) ? String(error.code) : String(error)),
	);
}
