/** What the examples expect to find outside: the channels and the sheet that they name. */
import type { Spreadsheet } from './sheets.mts';
import type { SlackChannel } from './slack.mts';

/** Where an example says that its user's own belongs, this one is found. */
const YOUR_CHANNEL: SlackChannel = { id: 'C0YOURCHANNEL', name: 'videos', hasBot: true };

export function channels(): SlackChannel[] {
	return [
		{ ...YOUR_CHANNEL },
		{ id: 'C0LAUNCH', name: 'launch', hasBot: true },
		{ id: 'C0SUMMER', name: 'summer', hasBot: true },
		// Nobody invited the bot to this one.
		{ id: 'C0MANAGEMENT', name: 'management', hasBot: false },
	];
}

export function spreadsheets(): Spreadsheet[] {
	return [
		{
			id: 'ID-OF-YOUR-SPREADSHEET',
			title: 'Videos',
			rows: [
				['name', 'prompt', 'status', 'link'],
				['Perfume', 'A glass perfume bottle turns slowly on wet black stone, soft rim light'],
				['Lemons', 'Lemons roll down a white staircase by the sea, bright noon light'],
				['Fox', 'A red fox leaps over fresh snow in slow motion, low winter sun'],
			],
		},
	];
}

/** The rows of n8n's own data table: what is to be ordered. */
export function wishes(): Array<Record<string, string>> {
	const prompts = [
		'A paper boat sails down a rainy street at dusk, cinematic',
		'Steam rises from a cup of coffee on a windowsill, rain outside',
	];
	return prompts.map((prompt) => wish(prompt));
}

export function wish(prompt: string): Record<string, string> {
	return { prompt, status: 'new', taskId: '', videoUrl: '', reason: '' };
}
