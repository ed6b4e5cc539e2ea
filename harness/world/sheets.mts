import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type GoogleAccount, googleError } from './google.mts';
import { type Breaches, take, unknownCall } from './http.mts';

type Cell = string | number | boolean;

/** A spreadsheet with one sheet in it; the first row names the columns. */
export interface Spreadsheet {
	id: string;
	title: string;
	rows: Cell[][];
}

const SCOPES = [
	'https://www.googleapis.com/auth/spreadsheets',
	'https://www.googleapis.com/auth/drive.file',
];

const cell = z.union([z.string(), z.number(), z.boolean()]);
const values = z.array(z.array(cell));
const inputOption = z.enum(['RAW', 'USER_ENTERED']);
const batchUpdate = z.strictObject({
	valueInputOption: inputOption,
	data: z.array(z.strictObject({ range: z.string(), values })).min(1),
});
const reading = z.strictObject({
	valueRenderOption: z.enum(['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA']).optional(),
	dateTimeRenderOption: z.enum(['SERIAL_NUMBER', 'FORMATTED_STRING']).optional(),
});

/** The parts of Google Sheets that n8n's node uses to read rows and to write into their cells. */
export class Sheets {
	static readonly hosts = ['sheets.googleapis.com'];

	readonly router: Router;

	constructor(
		private readonly breaches: Breaches,
		google: GoogleAccount,
		readonly spreadsheets: Spreadsheet[],
	) {
		const router = express.Router();
		router.use(google.requires(...SCOPES));
		router.use(express.json());
		router.get('/v4/spreadsheets/:id', (request, response) => this.describe(request, response));
		router.get('/v4/spreadsheets/:id/values/:range', (request, response) =>
			this.read(request, response),
		);
		router.post('/v4/spreadsheets/:id/values\\:batchUpdate', (request, response) =>
			this.write(request, response),
		);
		router.use(unknownCall(breaches));
		this.router = router;
	}

	private describe(request: Request, response: Response): void {
		const sheet = this.find(request, response);
		if (!sheet) return;
		const gridProperties = { rowCount: sheet.rows.length, columnCount: width(sheet) };
		const properties = { sheetId: 0, title: sheet.title, index: 0, gridProperties };
		response.json({ sheets: [{ properties }] });
	}

	private read(request: Request, response: Response): void {
		const sheet = this.find(request, response);
		if (!sheet || !this.take(reading, request.query, request, response)) return;
		const range = String(request.params.range);
		const area = this.area(sheet, range, response);
		if (!area) return;
		const rows = sheet.rows
			.slice(area.top - 1, area.bottom)
			.map((row) => trimmed(row.slice(area.left - 1, area.right), (one) => one === ''));
		const filled = trimmed(rows, (row) => row.length === 0);
		// Google leaves `values` out where there are none.
		response.json({ range, majorDimension: 'ROWS', ...(filled.length > 0 && { values: filled }) });
	}

	private write(request: Request, response: Response): void {
		const sheet = this.find(request, response);
		const given = sheet && this.take(batchUpdate, request.body, request, response);
		if (!given) return;
		for (const { range, values } of given.data) {
			const area = this.area(sheet, range, response);
			if (!area) return;
			for (const [down, row] of values.entries()) {
				const target = (sheet.rows[area.top - 1 + down] ??= []);
				for (const [right, value] of row.entries()) {
					const column = area.left - 1 + right;
					while (target.length < column) target.push('');
					target[column] = value;
				}
			}
		}
		response.json({ spreadsheetId: sheet.id, totalUpdatedCells: given.data.length });
	}

	private find(request: Request, response: Response): Spreadsheet | undefined {
		const sheet = this.spreadsheets.find(({ id }) => id === request.params.id);
		if (!sheet) googleError(response, 404, 'Requested entity was not found.');
		return sheet;
	}

	private area(sheet: Spreadsheet, range: string, response: Response): Area | undefined {
		const area = parseRange(range, sheet);
		if (!area) googleError(response, 400, `Unable to parse range: ${range}`);
		return area;
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

/** Rows and columns from 1 on, both ends included. */
interface Area {
	top: number;
	bottom: number;
	left: number;
	right: number;
}

/** Understands `Videos`, `'Videos'`, `Videos!1:1`, `Videos!A:Z`, `Videos!C5` and `Videos!A1:C9`. */
function parseRange(range: string, sheet: Spreadsheet): Area | undefined {
	const pattern = /^'?(.+?)'?(?:!([A-Z]*)(\d*)(?::([A-Z]*)(\d*))?)?$/;
	const [, title, left = '', top = '', right, bottom] = pattern.exec(range) ?? [];
	if (title !== sheet.title) return undefined;
	const isOneCell = (left !== '' || top !== '') && right === undefined;
	return {
		left: column(left) ?? 1,
		top: Number(top) || 1,
		right: column(isOneCell ? left : (right ?? '')) ?? Infinity,
		bottom: Number(isOneCell ? top : bottom) || Infinity,
	};
}

/** A is 1, Z is 26, AA is 27. */
function column(letters: string): number | undefined {
	if (letters === '') return undefined;
	return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function width({ rows }: Spreadsheet): number {
	return Math.max(0, ...rows.map(({ length }) => length));
}

/** Without what is empty at the end. */
function trimmed<Entry>(list: Entry[], isEmpty: (entry: Entry) => boolean): Entry[] {
	return list.slice(0, list.findLastIndex((entry) => !isEmpty(entry)) + 1);
}
