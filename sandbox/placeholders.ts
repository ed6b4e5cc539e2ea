/**
 * Placeholders in an answer that was seen: `{taskId}`, or with the form that it had, `{createTime:seconds}`.
 * `{text}` and `{number}` stand for values that are nobody's business.
 */
export const FORMS = ['text', 'seconds'] as const;
export type Form = (typeof FORMS)[number];

const PLACEHOLDER = /\{(\w+)(?::(\w+))?\}/g;
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);

const ANYBODYS: Readonly<Record<string, unknown>> = { text: 'text', number: 1 };

export function placeholder(name: string, form?: Form): string {
	return form === undefined ? `{${name}}` : `{${name}:${form}}`;
}

/** Any JSON with its placeholders replaced. One that is a whole text becomes the value, of any type. */
export function fill(body: unknown, values: Readonly<Record<string, unknown>>): unknown {
	const known = { ...ANYBODYS, ...values };
	if (typeof body === 'string') {
		const [whole, name = '', form] = WHOLE.exec(body) ?? [];
		if (whole !== undefined) return valueOf(known[name] ?? whole, form);
		return body.replace(PLACEHOLDER, (text, named: string, as?: string) =>
			String(valueOf(known[named] ?? text, as)),
		);
	}
	if (Array.isArray(body)) return body.map((one) => fill(one, values));
	if (typeof body !== 'object' || body === null) return body;
	return Object.fromEntries(Object.entries(body).map(([name, one]) => [name, fill(one, values)]));
}

function valueOf(value: unknown, form: string | undefined): unknown {
	if (form === 'text') return String(value);
	return form === 'seconds' && typeof value === 'number' ? Math.floor(value / 1000) : value;
}
