import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { fieldsOf } from '../parameter';
import { SHARED } from './parameters';

const field = fieldsOf(SHARED);

/** The fields that turn a finished clip into a binary file. */
export function downloadFields(show: IDisplayOptions['show']): INodeProperties[] {
	return [
		field('downloadVideo', {
			description:
				'Whether to fetch the finished video into the item as a binary file. Links to videos expire, so fetch what you want to keep.',
			displayOptions: { show },
		}),
		field('binaryPropertyName', {
			required: true,
			placeholder: 'e.g. data',
			// No description: n8n shows a tooltip of its own on every field of this name, and the two would overlap.
			hint: 'The output binary field for the file. Further videos of one task go to data_1, data_2 and so on.',
			displayOptions: { show: { ...show, downloadVideo: [true] } },
		}),
	];
}

export function fileNameOption(): INodeProperties {
	return field('fileName', {
		placeholder: 'e.g. {{ $json.title }}',
		description:
			"The name of the downloaded file, such as an expression with the row's title. Without it, the task ID.",
		displayOptions: { show: { '/downloadVideo': [true] } },
	});
}

export function includeInputFieldsOption(): INodeProperties {
	return field('includeInputFields', {
		description:
			"Whether the item keeps the fields of the incoming item, beside the video's. Where both have the same name, the video's is kept.",
	});
}

/** Options for waiting; `show` says where they act. */
export function pollIntervalOption(show?: IDisplayOptions['show']): INodeProperties {
	return field('pollInterval', {
		// The editor takes no bound that is not reached itself.
		typeOptions: { minValue: 0.1 },
		description: 'Seconds between two questions whether the video is ready',
		...(show && { displayOptions: { show } }),
	});
}

export function timeoutOption(show?: IDisplayOptions['show']): INodeProperties {
	return field('timeout', {
		typeOptions: { minValue: 1 },
		description:
			'Seconds to wait for a video, counted from its order. It is made all the same after that, and "Video → Get" fetches it.',
		...(show && { displayOptions: { show } }),
	});
}
