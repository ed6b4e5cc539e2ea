import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page, selectors } from 'playwright-core';
import type { N8nClient } from './client.mts';

// n8n's editor marks what its own tests look for.
selectors.setTestIdAttribute('data-test-id');

/** Where distributions put it. `CHROMIUM_PATH` names another. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome-stable',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** No sandbox, because it cannot be had in most containers; and no calls to its maker. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--autoplay-policy=no-user-gesture-required',
];

/**
 * The path of a Chromium.
 *
 * @throws Error that says how to get one when there is none.
 */
export function findBrowser(): string {
	const named = process.env.CHROMIUM_PATH;
	const executablePath = named ?? PLACES.find((place) => existsSync(place));
	if (!executablePath || !existsSync(executablePath)) {
		throw new Error(
			`${named ? `CHROMIUM_PATH names ${named}, which is not there` : 'There is no Chromium'}. ` +
				'On Debian and Ubuntu: sudo apt-get install -y chromium. Elsewhere install Chrome or ' +
				'Chromium and put the path of its executable into CHROMIUM_PATH.',
		);
	}
	return executablePath;
}

/**
 * Starts a headless Chromium. Close it, or it ends with this process.
 *
 * @throws Error that says how to get one when there is none.
 */
export async function openBrowser(): Promise<Browser> {
	return await chromium.launch({
		executablePath: findBrowser(),
		args: FLAGS,
		// ending.mts ends this process on a signal, and with it the browser.
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
}

/** A page of an editor that the client's user has signed in to. */
export async function signedInPage(
	browser: Browser,
	client: N8nClient,
	options: { width?: number; height?: number; scale?: number; dark?: boolean } = {},
): Promise<Page> {
	const { width = 1600, height = 1000, scale = 1, dark = false } = options;
	const context = await browser.newContext({
		viewport: { width, height },
		deviceScaleFactor: scale,
		colorScheme: dark ? 'dark' : 'light',
		locale: 'en-US',
		timezoneId: 'UTC',
	});
	await context.addCookies(client.cookies().map((cookie) => ({ ...cookie, url: client.url })));
	// n8n remembers the user's theme itself; without one it follows the browser's.
	return await context.newPage();
}
