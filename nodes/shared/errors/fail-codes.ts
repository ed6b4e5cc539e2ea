const POLICY_HINT = 'Reword the prompt, or use other images: the content policy stopped this one.';

const LENGTH_HINT = 'Shorten the prompt.';

const IMAGE_HINT =
	'Use a JPG, PNG or WebP image of at most 10 MB behind a URL that anybody can open.';

const LATER_HINT = 'Nothing is wrong with your input: run the workflow again.';

/** What to do, by fail code. The list is open: an unknown code is shown with the service's own words alone. */
export const FAIL_CODE_HINTS: Readonly<Record<string, string>> = {
	CONTENT_VIOLATION: POLICY_HINT,
	NSFW_DETECTED: POLICY_HINT,
	NSFW: POLICY_HINT,
	SensitiveContent: POLICY_HINT,
	SensitiveContentDetected: POLICY_HINT,
	InputImageSensitiveContentDetected: POLICY_HINT,
	InputOutputSensitiveContentDetected: POLICY_HINT,
	ProhibitedContentDetected: POLICY_HINT,
	PROMPT_TOO_LONG: LENGTH_HINT,
	PromptLengthExceeded: LENGTH_HINT,
	INVALID_PROMPT: 'Reword the prompt: the model could not use it.',
	INVALID_IMAGE_URL: IMAGE_HINT,
	IMAGE_TOO_LARGE: IMAGE_HINT,
	UNSUPPORTED_FORMAT: IMAGE_HINT,
	IMAGE_DOWNLOAD_FAILED: IMAGE_HINT,
	PROCESSING_TIMEOUT: LATER_HINT,
	MODEL_UNAVAILABLE: 'The model is not available right now: run the workflow again later.',
	GENERATION_FAILED: LATER_HINT,
	INSUFFICIENT_CREDITS: 'Top up the balance in the APIXO console, then run the workflow again.',
};

/** Without regard to the way of writing: `NSFW_DETECTED` and `nsfwDetected` are the same. */
const HINTS_BY_PLAIN_CODE: ReadonlyMap<string, string> = new Map(
	Object.entries(FAIL_CODE_HINTS).map(([code, hint]) => [plain(code), hint]),
);

/** What to do about a failure with this code, or with words that are one; undefined if nobody knows. */
export const hintOfFailCode = (codeOrWords: string | undefined): string | undefined =>
	codeOrWords === undefined ? undefined : HINTS_BY_PLAIN_CODE.get(plain(codeOrWords));

function plain(code: string): string {
	return code.toLowerCase().replace(/[^a-z0-9]/g, '');
}
