/** What the stand-ins' HTTP sides have in common. */
import { Busboy } from '@fastify/busboy';
import type { Request, Response } from 'express';
import type { z } from 'zod';

/** A file as a service received it. */
export interface ReceivedFile {
	name: string;
	type: string;
	bytes: Buffer;
}

/** Whatever the real service would not have taken, or what its stand-in cannot judge. */
export type Breaches = string[];

export interface Form {
	fields: Record<string, string>;
	/** By the name of their field. */
	files: Record<string, ReceivedFile>;
}

/** Reads a multipart/form-data body. */
export async function readForm(request: Request): Promise<Form> {
	const form: Form = { fields: {}, files: {} };
	const contentType = request.headers['content-type'] ?? '';
	const parser = new Busboy({ headers: { ...request.headers, 'content-type': contentType } });
	return await new Promise((resolve, reject) => {
		parser.on('field', (name, value) => (form.fields[name] = value));
		parser.on('file', (field, stream, name, _encoding, type) => {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => (form.files[field] = { name, type, bytes: Buffer.concat(chunks) }));
		});
		parser.on('finish', () => resolve(form));
		parser.on('error', reject);
		request.pipe(parser);
	});
}

/** The whole body as it came. */
export async function readBytes(request: Request): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/**
 * The value if it has the form that the service documents; else notes the breach and lets `refuse` answer.
 */
export function take<Schema extends z.ZodTypeAny>(
	schema: Schema,
	value: unknown,
	breaches: Breaches,
	request: Request,
	refuse: (why: string) => void,
): z.output<Schema> | undefined {
	const checked = schema.safeParse(value);
	if (checked.success) return checked.data as z.output<Schema>;
	const why = checked.error.issues
		.map(({ path, message }) => `${path.join('.')}: ${message}`)
		.join('; ');
	breaches.push(`${describe(request)}: ${why}`);
	refuse(why);
	return undefined;
}

/** Answers a request that its stand-in knows nothing about. */
export function unknownCall(breaches: Breaches) {
	return (request: Request, response: Response) => {
		breaches.push(`${describe(request)} has no stand-in`);
		response.status(404).json({ ok: false, error: 'unknown_method' });
	};
}

export function describe(request: Request): string {
	return `${request.method} ${request.hostname}${request.originalUrl}`;
}
