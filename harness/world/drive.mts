import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type GoogleAccount, googleError } from './google.mts';
import { type Breaches, readBytes, type ReceivedFile, take, unknownCall } from './http.mts';

export interface DriveFile extends ReceivedFile {
	id: string;
	/** The folder's ID; `root` is My Drive. */
	folder: string;
	/** Whom it is shared with, e.g. `anyone reader`. */
	sharedWith: string[];
}

interface Upload {
	file: DriveFile;
	chunks: Buffer[];
	received: number;
}

/** All parts of an upload but the last have to be multiples of this. Bytes. */
const GRAIN = 256 * 1024;

const SCOPES = [
	'https://www.googleapis.com/auth/drive',
	'https://www.googleapis.com/auth/drive.file',
];

const newFile = z.strictObject({ name: z.string().min(1), parents: z.array(z.string()).length(1) });
const change = z.strictObject({
	name: z.string().min(1).optional(),
	mimeType: z.string().optional(),
	originalFilename: z.string().optional(),
});
const share = z.strictObject({
	type: z.enum(['user', 'group', 'domain', 'anyone']),
	role: z.enum(['owner', 'writer', 'commenter', 'reader']),
	emailAddress: z.string().email().optional(),
	allowFileDiscovery: z.boolean().optional(),
});

/** The parts of Google Drive that n8n's node uses to put files into folders and to share them. */
export class Drive {
	static readonly hosts = ['www.googleapis.com'];

	readonly files: DriveFile[] = [];
	readonly router: Router;
	private readonly uploads = new Map<string, Upload>();

	constructor(
		private readonly breaches: Breaches,
		google: GoogleAccount,
	) {
		const router = express.Router();
		// The address of an upload is its key: nobody signs the parts.
		router.put('/upload/drive/v3/files', (request, response) => this.receive(request, response));
		router.use(google.requires(...SCOPES));
		router.use(express.json());
		router.post('/upload/drive/v3/files', (request, response) => this.begin(request, response));
		router.get('/drive/v3/files', (_request, response) => void response.json({ files: [] }));
		router.get('/drive/v3/drives', (_request, response) => void response.json({ drives: [] }));
		router.patch('/drive/v3/files/:id', (request, response) => this.change(request, response));
		router.post('/drive/v3/files/:id/permissions', (request, response) =>
			this.share(request, response),
		);
		router.use(unknownCall(breaches));
		this.router = router;
	}

	private begin(request: Request, response: Response): void {
		if (request.query.uploadType !== 'resumable')
			return unknownCall(this.breaches)(request, response);
		const given = this.take(newFile, request.body, request, response);
		if (!given) return;
		const [folder = ''] = given.parents;
		if (folder !== 'root') return googleError(response, 404, `File not found: ${folder}.`);
		const type = request.headers['x-upload-content-type'];
		const upload = randomUUID();
		const file: DriveFile = {
			id: randomUUID().replaceAll('-', ''),
			name: given.name,
			type: typeof type === 'string' ? type : 'application/octet-stream',
			bytes: Buffer.alloc(0),
			folder,
			sharedWith: [],
		};
		this.uploads.set(upload, { file, chunks: [], received: 0 });
		const [host] = Drive.hosts;
		const address = `https://${host}/upload/drive/v3/files?uploadType=resumable&upload_id=${upload}`;
		response.set('location', address).status(200).end();
	}

	private async receive(request: Request, response: Response): Promise<void> {
		const upload = this.uploads.get(String(request.query.upload_id));
		const chunk = await readBytes(request);
		if (!upload) return googleError(response, 404, 'Upload not found');
		const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '');
		const [first = NaN, last = NaN, total = NaN] = (range ?? []).slice(1).map(Number);
		const isLast = last + 1 === total;
		const fits = first === upload.received && last - first + 1 === chunk.length;
		if (!fits || (!isLast && chunk.length % GRAIN !== 0)) {
			this.breaches.push(
				`${upload.file.name}: part ${request.headers['content-range']} does not fit`,
			);
			return googleError(response, 400, 'Failed to parse Content-Range header.');
		}
		upload.chunks.push(chunk);
		upload.received += chunk.length;
		if (!isLast) {
			return void response.set('range', `bytes=0-${last}`).status(308).end();
		}
		upload.file.bytes = Buffer.concat(upload.chunks);
		this.files.push(upload.file);
		response.json(resource(upload.file));
	}

	private change(request: Request, response: Response): void {
		const file = this.find(request, response);
		const given = file && this.take(change, request.body, request, response);
		if (!given) return;
		if (given.name) file.name = given.name;
		if (given.mimeType) file.type = given.mimeType;
		response.json(request.query.fields === '*' ? everything(file) : resource(file));
	}

	private share(request: Request, response: Response): void {
		const file = this.find(request, response);
		const given = file && this.take(share, request.body, request, response);
		if (!given) return;
		file.sharedWith.push([given.type, given.role, given.emailAddress].filter(Boolean).join(' '));
		response.json({
			kind: 'drive#permission',
			id: randomUUID(),
			type: given.type,
			role: given.role,
		});
	}

	private find(request: Request, response: Response): DriveFile | undefined {
		const file = this.files.find(({ id }) => id === request.params.id);
		if (!file) googleError(response, 404, `File not found: ${String(request.params.id)}.`);
		return file;
	}

	private take<Schema extends z.ZodTypeAny>(
		schema: Schema,
		value: unknown,
		request: Request,
		response: Response,
	): z.output<Schema> | undefined {
		const refuse = (why: string) => googleError(response, 400, why);
		return take(schema, value, this.breaches, request, refuse);
	}
}

/** The address under which a person opens a file. */
export function linkTo(file: DriveFile): string {
	return `https://drive.google.com/file/d/${file.id}/view?usp=drivesdk`;
}

/** What Google tells of a file unless more is asked for. */
function resource({ id, name, type }: DriveFile) {
	return { kind: 'drive#file', id, name, mimeType: type };
}

function everything(file: DriveFile) {
	const { folder, bytes } = file;
	const webViewLink = linkTo(file);
	return { ...resource(file), parents: [folder], size: String(bytes.length), webViewLink };
}
