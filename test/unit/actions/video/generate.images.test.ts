import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';

import { readerOf } from '../../../../nodes/Apixo/actions/parameter';
import { readFrames } from '../../../../nodes/Apixo/actions/video/generate.images';
import { GENERATE } from '../../../../nodes/Apixo/actions/video/parameters';

const png = { data: '', mimeType: 'image/png', id: 'filesystem:1', bytes: 1_000 };

async function framesOf(parameters: Record<string, unknown>, binary?: IBinaryKeyData) {
	const context = {
		getInputData: () => [{ json: {}, binary }],
		getNodeParameter: (name: string, _item: number, fallback: unknown) =>
			parameters[name] ?? fallback,
		helpers: { createBinarySignedUrl: () => 'https://n8n.example/rest/binary-data/signed' },
	} as unknown as IExecuteFunctions;
	return await readFrames(context, 0, readerOf(context, 0, GENERATE), 'https://api.apixo.ai');
}

describe('An image', () => {
	it('under another field than the one named is told with the fields that are there', async () => {
		const named = { imageSource: 'binary', startImageBinaryField: 'photo' };
		await expect(framesOf(named, { data: png, logo: png })).rejects.toThrow(
			'\'Start Image Data Field\' names the binary field "photo", but the item has only "data", "logo"',
		);
		await expect(framesOf(named)).rejects.toThrow('but the item has no binary field at all');
	});

	it.each(['https://localhost/a.png', 'https://192.168.0.7/a.png', 'http://nas/a.png'])(
		'that APIXO cannot reach (%s) is refused',
		async (startImageUrl) => {
			await expect(framesOf({ startImageUrl })).rejects.toThrow(
				`'Start Image URL' points into a private network, where APIXO cannot fetch it: "${startImageUrl}"`,
			);
		},
	);

	it('at the end is optional', async () => {
		const start = { imageSource: 'binary', startImageBinaryField: 'data' };
		expect(await framesOf(start, { data: png })).toHaveLength(1);
		expect(await framesOf({ ...start, endImageBinaryField: 'data' }, { data: png })).toHaveLength(
			2,
		);
	});
});
