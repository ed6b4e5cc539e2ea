import fc from 'fast-check';

import {
	BadInput,
	boolean,
	choice,
	httpUrl,
	number,
	text,
} from '../../../nodes/Apixo/actions/check';
import { CFG_SCALE, DURATIONS } from '../../../nodes/shared/contract';
import { anyValue, fuzz, RUNS } from '../lib/fuzz';

/** Either the check gives what `isMeant`, or it names the parameter in a text of bearable length. */
function holds<Value>(check: (value: unknown) => Value, isMeant: (value: Value) => boolean): void {
	const property = fc.property(anyValue, (value) => {
		try {
			expect(isMeant(check(value))).toBe(true);
		} catch (error) {
			expect(error).toBeInstanceOf(BadInput);
			if (!(error instanceof BadInput)) return;
			expect(error.message).toContain("'Label'");
			expect(error.message.length).toBeLessThan(250);
			expect(error.description).not.toBe('');
		}
	});
	fc.assert(property, RUNS);
}

describe('Whatever value a parameter has, it is either what was meant or refused by name', () => {
	fuzz('as a text', () =>
		holds(
			(value) => text('Label', value, { min: 1, max: 20 }),
			(meant) => [...meant].length >= 1 && [...meant].length <= 20 && meant === meant.trim(),
		),
	);

	fuzz('as a choice', () =>
		holds(
			(value) => choice('Label', value, DURATIONS),
			(meant) => DURATIONS.includes(meant),
		),
	);

	fuzz('as a switch', () =>
		holds(
			(value) => boolean('Label', value),
			(meant) => typeof meant === 'boolean',
		),
	);

	fuzz('as a number in steps', () =>
		holds(
			(value) => number('Label', value, CFG_SCALE),
			(meant) => meant >= 0 && meant <= 1 && Number(meant.toFixed(1)) === meant,
		),
	);

	fuzz('as seconds', () =>
		holds(
			(value) => number('Label', value, { min: 0, moreThanMin: true }),
			(meant) => Number.isFinite(meant) && meant > 0,
		),
	);

	fuzz('as a URL', () =>
		holds(
			(value) => httpUrl('Label', value, 'Give a link.'),
			(meant) => /^https?:/i.test(meant) && new URL(meant).hostname !== '',
		),
	);
});
