import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/**
 * Writes what stands in a page of the documentation between `<!-- name -->` and `<!-- /name -->`, and nothing else
 * of it: a script may write one part of a page, and another script, or a person, the rest.
 *
 * @throws Error when the page has no such part.
 */
export async function writePart(page: string, name: string, text: string): Promise<void> {
	const before = await readFile(page, 'utf8');
	const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const from = before.indexOf(begin);
	const to = before.indexOf(end);
	if (from < 0 || to < from) throw new Error(`${page} has no part between ${begin} and ${end}.`);
	const after = `${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`;
	await writeFile(
		page,
		await format(after, { ...(await resolveConfig(page)), parser: 'markdown' }),
	);
}
