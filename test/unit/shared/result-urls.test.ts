import { resultUrlsFromWire } from '../../../nodes/shared/result-urls';

const A = 'https://cdn.example/a.mp4';
const B = 'http://cdn.example/b.mp4?signature=x%2Fy';

const json = JSON.stringify;

/** What sister services put into `resultJson`; the first is what is documented. */
const FORMS: Array<[string, unknown, string[]]> = [
	['a text with a list', json({ resultUrls: [A, B] }), [A, B]],
	['an object with a list', { resultUrls: [A, B] }, [A, B]],
	['encoded twice', json(json({ resultUrls: [A] })), [A]],
	['encoded three times', json(json(json({ resultUrls: [A] }))), [A]],
	['a text with a bare list', json([A, B]), [A, B]],
	['a bare list', [A, B], [A, B]],
	['a bare link', A, [A]],
	['a bare link with white space', `  ${A}\n`, [A]],
	['a bare link as JSON', json(A), [A]],
	['a link in place of the list', { resultUrls: A }, [A]],
	['a list in a text in an object', { resultUrls: json([A]) }, [A]],
	['objects with url', { resultUrls: [{ url: A }, { url: B }] }, [A, B]],
	['objects with more than a url', json({ resultUrls: [{ url: A, cover: B }] }), [A]],
	['bare objects with url', [{ url: A }], [A]],
	['resultUrl', { resultUrl: A }, [A]],
	['result_urls', json({ result_urls: [A] }), [A]],
	['result_url', { result_url: A }, [A]],
	['video_url', { video_url: A }, [A]],
	['a name that nobody knows', { output: { files: [A] } }, [A]],
	['both names', { resultUrls: [A], resultUrl: A }, [A]],
	['an other link beside the list', { resultUrls: [A], firstFrameUrl: B }, [A]],
	['an other link beside an empty list', { resultUrls: [], firstFrameUrl: B }, []],
	['links of no use', { resultUrls: [1, null, 'v.mp4', 'ftp://a/b', 'javascript:0', A] }, [A]],
	['the same link twice', [A, A], [A]],
	['an empty text', '', []],
	['a broken text', '{"resultUrls":["https', []],
	['a text of words', 'no link yet', []],
	['a relative path', json({ resultUrls: ['/v.mp4'] }), []],
	['an empty list', json({ resultUrls: [] }), []],
	['null', null, []],
	['a number', 7, []],
	['nothing', undefined, []],
];

describe('The links in resultJson', () => {
	it.each(FORMS)('as %s', (_, resultJson, urls) => {
		expect(resultUrlsFromWire({ resultJson })).toEqual(urls);
	});

	it('are looked for beside it where it holds none', () => {
		expect(resultUrlsFromWire({ resultJson: '', resultUrls: [A] })).toEqual([A]);
		expect(resultUrlsFromWire({ resultUrl: A, param: json({ image: B }) })).toEqual([A]);
	});

	it('are never what was ordered', () => {
		expect(resultUrlsFromWire({ resultJson: '', param: json({ image_urls: [B] }) })).toEqual([]);
	});

	it('are looked for in something endless too, but not for ever', () => {
		let nested: unknown = [A];
		for (let depth = 0; depth < 5_000; depth++) nested = [nested];
		expect(resultUrlsFromWire({ resultJson: nested })).toEqual([]);
	});
});
