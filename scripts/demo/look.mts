import { styleText } from 'node:util';

/** Colours where there are any: not in a file, not with NO_COLOR. */
const coloured = process.stdout.isTTY && process.stdout.hasColors();

const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
	coloured ? styleText(format, text) : text;

export const bold = style('bold');
export const dim = style('dim');
export const green = style('green');
export const red = style('red');
export const cyan = style('cyan');

/** 75,000 ms as "1:15". */
export function clock(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
