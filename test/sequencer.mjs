import Sequencer from '@jest/test-sequencer';

/** They wait more than they work: beside them, the others use the time. */
const LONG = [/[\\/]test[\\/]matrix[\\/]/, /[\\/]live(\.\w+)?\.test\.ts$/];

/** The tests that wait longest come first. */
export default class WaitingFirst extends Sequencer {
	sort(tests) {
		const isLong = ({ path }) => LONG.some((pattern) => pattern.test(path));
		const sorted = super.sort(tests);
		return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
	}
}
