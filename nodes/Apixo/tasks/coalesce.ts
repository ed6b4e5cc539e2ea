/**
 * Lets those who ask the same question at once share the answer. Whoever asks while the question is being
 * looked into gets the answer of the next look, which begins then and is shared by all who wait for it:
 * the look under way may have missed what they know. Only an answer that is `final` serves them, too.
 */
export function createCoalescer<Answer>(isFinal: (answer: Answer) => boolean) {
	const looks = new Map<string, Look<Answer>>();

	const begin = async (question: string, look: () => Promise<Answer>): Promise<Answer> => {
		const own: Look<Answer> = { current: look() };
		looks.set(question, own);
		try {
			return await own.current;
		} finally {
			if (looks.get(question) === own) looks.delete(question);
		}
	};

	return async (question: string, look: () => Promise<Answer>): Promise<Answer> => {
		const underWay = looks.get(question);
		if (underWay === undefined) return await begin(question, look);
		underWay.next ??= underWay.current.then(
			async (answer) => (isFinal(answer) ? answer : await begin(question, look)),
			async () => await begin(question, look),
		);
		return await underWay.next;
	};
}

interface Look<Answer> {
	current: Promise<Answer>;
	/** For those who came while it was under way. */
	next?: Promise<Answer>;
}
