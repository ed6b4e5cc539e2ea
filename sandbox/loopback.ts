/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';

/** Whether a URL names this machine. The sandbox contacts nothing else. */
export function isLoopback(url: string): boolean {
	if (!URL.canParse(url)) return false;
	const { protocol, hostname } = new URL(url);
	if (protocol !== 'http:' && protocol !== 'https:') return false;
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** A signal that many requests may hang on at once without Node's warning. */
export function sharedAbort(): AbortController {
	const abort = new AbortController();
	setMaxListeners(0, abort.signal);
	return abort;
}

/**
 * Opens a request to this machine, on a connection of its own that ends with it.
 *
 * @throws Error for any other machine.
 */
export function requestLoopback(url: string, options: http.RequestOptions): http.ClientRequest {
	if (!isLoopback(url)) throw new Error(`${url} is not on this machine`);
	const client = url.startsWith('https:') ? https : http;
	return client.request(url, { ...options, agent: false });
}
